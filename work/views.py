"""`tasks/`: what the caller started and how it goes."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.pages import page_answer, page_of, requested_page
from api.schema import CURSOR_PARAMETERS, page_schema
from work import selectors
from work.serializers import TaskSerializer, task_answer


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


def _user_id(request: Request) -> UUID:
    """Only members come this far, so there is one."""
    return request.user.pk  # type: ignore[return-value]
