"""`tasks/`: what the caller started and how it goes; `notifications/`: what they are told."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.pages import newest_page, page_answer, page_of, requested_page
from api.schema import CURSOR_PARAMETERS, page_schema, query
from api.windows import one_of
from work import notifications, selectors, services
from work.serializers import (
    NotificationSerializer,
    ReadSerializer,
    TaskSerializer,
    notification_answers,
    task_answer,
)

UNREAD = query("unread", "true: only those that were not read yet.", enum=["true", "false"])


class TaskList(APIView):
    """The caller's tasks, newest first."""

    @extend_schema(operation_id="tasks_list", parameters=CURSOR_PARAMETERS, responses=page_schema(TaskSerializer))
    def get(self, request: Request) -> Response:
        """A page of the caller's own tasks."""
        asked = requested_page(request, "tasks", [UUID])
        edge = asked.cursor.key[0] if asked.cursor.key else None
        bounds = {"after": edge} if asked.cursor.backwards else {"before": edge}
        rows = selectors.tasks_of(_user_id(request), limit=asked.size + 1, **bounds)
        page = page_of(rows, asked, lambda task: (task.id,))
        return Response(page_answer(request, page, [task_answer(task) for task in page.rows]))


class TaskDetail(APIView):
    """One task."""

    @extend_schema(operation_id="tasks_read", responses=TaskSerializer)
    def get(self, request: Request, task_id: UUID) -> Response:
        """Where the task stands."""
        return Response(task_answer(selectors.task_of(_user_id(request), task_id)))


class TaskRetry(APIView):
    """Another start of a task that failed or was cancelled."""

    @extend_schema(operation_id="tasks_retry", request=None, responses={202: TaskSerializer})
    def post(self, request: Request, task_id: UUID) -> Response:
        """Do it again; its attempts are counted on."""
        return Response(task_answer(services.retry_task(_user_id(request), task_id)), status=202)


class TaskCancel(APIView):
    """The end of a task before its time."""

    @extend_schema(operation_id="tasks_cancel", request=None, responses={202: TaskSerializer})
    def post(self, request: Request, task_id: UUID) -> Response:
        """Cancel it: at once while it is pending, at its next step while it is processing."""
        task = services.cancel_task(_user_id(request), task_id, now=timezone.now())
        return Response(task_answer(task), status=202)


class NotificationList(APIView):
    """What the caller is told."""

    @extend_schema(
        operation_id="notifications_list",
        parameters=[*CURSOR_PARAMETERS, UNREAD],
        responses=page_schema(NotificationSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of the caller's notifications, newest first."""
        unread = one_of(request.query_params, "unread", ("true", "false"), "false") == "true"
        page = newest_page(request, "notifications", notifications.notifications_of(_user_id(request), unread=unread))
        return Response(page_answer(request, page, notification_answers(page.rows)))


class NotificationRead(APIView):
    """One notification, read."""

    @extend_schema(operation_id="notifications_read", request=None, responses=NotificationSerializer)
    def post(self, request: Request, notification_id: UUID) -> Response:
        """Note that it was read; the first time counts."""
        found = notifications.read(_user_id(request), notification_id, now=timezone.now())
        return Response(notification_answers([found])[0])


class NotificationsReadAll(APIView):
    """All notifications, read."""

    @extend_schema(operation_id="notifications_read_all", request=None, responses=ReadSerializer)
    def post(self, request: Request) -> Response:
        """Note that all that there are now were read; how many had not been."""
        return Response({"read": notifications.read_all(_user_id(request), now=timezone.now())})


def _user_id(request: Request) -> UUID:
    """Only members come this far, so there is one."""
    return request.user.pk  # type: ignore[return-value]
