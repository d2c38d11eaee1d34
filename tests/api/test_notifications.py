"""`notifications/`, `notifications/{id}/read/` and `read-all/`."""

from tests.api.asserting import NOW, V1, assert_not_found, assert_parameter_refused
from tests.conftest import Member
from work.models import Notification, Task
from work.notifications import GONE, forget_old_notifications, notify

LIST = V1 + "notifications/"


def told(member: Member, **fields: object) -> Notification:
    task = Task.objects.create(
        owner=member.user, kind="rebuild_state", actor="rebuild_state", queue="default", **fields
    )
    notify(user_id=member.user.id, kind=f"task_{task.status}", subject={"task": str(task.id)})
    return Notification.objects.latest("id")


def test_they_say_what_became_of_a_task(admin: Member) -> None:
    told(admin, status="done")
    told(admin, status="failed", error="The vendor did not answer.")

    texts = [row["text"] for row in admin.api.get(LIST).json()["results"]]

    assert texts == [
        "Your task rebuild state is failed: The vendor did not answer.",
        "Your task rebuild state is done.",
    ]


def test_one_of_what_is_gone_says_so(admin: Member) -> None:
    told(admin, status="done")
    Task.objects.all().delete()
    notify(user_id=admin.user.id, kind="of nobody's", subject={})

    assert [row["text"] for row in admin.api.get(LIST).json()["results"]] == [GONE, GONE]


def test_each_has_their_own(admin: Member, clinician: Member) -> None:
    one = told(admin, status="done")

    assert clinician.api.get(LIST).json()["results"] == []
    assert_not_found(clinician.api.post(f"{LIST}{one.id}/read/"))
    assert clinician.api.post(f"{LIST}read-all/").json() == {"read": 0}
    assert Notification.objects.get().read_at is None


def test_those_that_were_read_are_left_out(admin: Member) -> None:
    first, second = told(admin, status="done"), told(admin, status="done")
    read = admin.api.post(f"{LIST}{first.id}/read/").json()

    assert read["read_at"] is not None
    assert admin.api.post(f"{LIST}{first.id}/read/").json() == read
    unread = admin.api.get(LIST, {"unread": "true"}).json()["results"]
    assert [row["id"] for row in unread] == [str(second.id)]
    assert_parameter_refused(admin.api.get(LIST, {"unread": "x"}), "unread")


def test_all_are_read_at_once(admin: Member) -> None:
    told(admin, status="done"), told(admin, status="done")

    assert admin.api.post(f"{LIST}read-all/").json() == {"read": 2}
    assert admin.api.get(LIST, {"unread": "true"}).json()["results"] == []


def test_old_ones_are_forgotten(admin: Member) -> None:
    told(admin, status="done")
    assert forget_old_notifications(NOW) == 0

    Notification.objects.update(created_at=NOW.replace(year=NOW.year - 1))

    assert forget_old_notifications(NOW) == 1
