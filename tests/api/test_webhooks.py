"""`GET/POST webhooks/`, `GET/PATCH/DELETE webhooks/{id}/`, `rotate-secret/`, `test/` and `deliveries/`."""

from datetime import timedelta
from typing import Any, Final

import pytest

from accounts.endpoints import MOST
from accounts.models import Webhook
from tests.api.asserting import V1, assert_field_refused, assert_not_found, assert_problem, pages, send
from tests.conftest import Member
from work.models import OutboxEntry

WEBHOOKS: Final = V1 + "webhooks/"
NEW: Final = {"url": "https://ward.example.org/saude", "events": ["alert.opened"]}


def make(admin: Member, **fields: Any) -> Any:
    response = send(admin.api, "post", WEBHOOKS, NEW | fields)
    assert response.status_code == 201, response.content
    return response.json()


def address(webhook: Any, more: str = "") -> str:
    return f"{WEBHOOKS}{webhook['id']}/{more}"


class TestANewWebhook:
    def test_tells_its_secret_this_once_and_to_no_cache(self, admin: Member) -> None:
        response = send(admin.api, "post", WEBHOOKS, NEW)

        made = response.json()
        secret = made.pop("secret")
        assert secret.startswith("whsec_")
        assert response["Cache-Control"] == "no-store"
        assert admin.api.get(address(made)).json() == made
        assert admin.api.get(WEBHOOKS).json()["results"] == [made]
        assert (made["standing"], made["standing_detail"]) == ("new", "Nothing was sent yet.")

    def test_has_address_and_secret_as_ciphertext(self, admin: Member) -> None:
        made = make(admin)

        sealed: Any = Webhook.objects.values_list("url", "secret").get()
        url, secret = sealed

        assert NEW["url"] not in url.text
        assert made["secret"] not in secret.text
        assert Webhook.objects.get().url == NEW["url"]

    @pytest.mark.parametrize(
        ("field", "value", "pointer"),
        [
            ("url", "http://ward.example.org/", "/url"),
            ("url", "https://127.0.0.1/", "/url"),
            ("url", "https://user:password@ward.example.org/", "/url"),
            ("url", "", "/url"),
            ("url", None, "/url"),
            ("events", [], "/events"),
            ("events", ["alert.invented"], "/events/0"),
            ("events", ["webhook.test"], "/events/0"),
            ("description", "x" * 201, "/description"),
            ("secret", "whsec_AAAA", "/secret"),
            ("active", True, "/active"),
        ],
    )
    def test_of_a_malformed_body_is_refused(self, admin: Member, field: str, value: Any, pointer: str) -> None:
        assert_field_refused(send(admin.api, "post", WEBHOOKS, NEW | {field: value}), pointer)
        assert not Webhook.objects.exists()

    def test_of_a_clinic_that_has_as_many_as_it_can_is_a_conflict(self, admin: Member) -> None:
        for _ in range(MOST):
            make(admin)

        assert_problem(send(admin.api, "post", WEBHOOKS, NEW), 409, "conflict")

    def test_is_the_administrators_to_make(self, clinician: Member) -> None:
        assert_problem(send(clinician.api, "post", WEBHOOKS, NEW), 403, "forbidden")


class TestAChange:
    def test_is_told_by_the_answer(self, admin: Member) -> None:
        made = make(admin)

        changed = send(admin.api, "patch", address(made), {"events": ["alert.closed"], "description": "Ward"}).json()

        assert (changed["events"], changed["description"], changed["url"]) == (["alert.closed"], "Ward", NEW["url"])

    def test_that_switches_off_and_on_starts_afresh(self, admin: Member, clock: Any) -> None:
        made = make(admin)
        off = send(admin.api, "patch", address(made), {"active": False}).json()
        Webhook.objects.update(disabled_because="It answered 410.", failing_since="2026-03-01T00:00Z")
        on = send(admin.api, "patch", address(made), {"active": True}).json()

        assert (off["standing"], off["standing_detail"]) == ("off", "An administrator switched it off.")
        assert (on["standing"], on["failing_since"]) == ("new", None)

    def test_to_a_private_address_is_refused(self, admin: Member) -> None:
        made = make(admin)

        assert_field_refused(send(admin.api, "patch", address(made), {"url": "https://10.0.0.1/"}), "/url")


class TestARotation:
    def test_gives_a_new_secret_and_keeps_the_one_before_for_a_day(self, admin: Member) -> None:
        made = make(admin)

        response = admin.api.post(address(made, "rotate-secret/"))

        rotated, row = response.json(), Webhook.objects.get()
        assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
        assert (row.secret, row.old_secret) == (rotated["secret"], made["secret"])
        assert rotated["old_secret_until"] == "2026-03-16T12:00:00Z"


class TestATest:
    def test_is_one_at_a_time(self, admin: Member) -> None:
        made = make(admin)

        first, second = (admin.api.post(address(made, "test/")).json()["delivery"] for _ in range(2))

        assert first == second
        assert OutboxEntry.objects.count() == 1

    def test_waits_in_the_outbox_and_among_the_deliveries(self, admin: Member, clock: Any) -> None:
        made = make(admin)
        clock.shift(timedelta(minutes=1))

        answer = admin.api.post(address(made, "test/"))

        assert answer.status_code == 202
        entry = OutboxEntry.objects.get()
        assert entry.payload == {"webhook": made["id"], "event": "webhook.test", "subject": {}}
        assert admin.api.get(address(made, "deliveries/")).json()["results"] == [
            {
                "id": answer.json()["delivery"],
                "event": "webhook.test",
                "state": "waiting",
                "attempts": 0,
                "error": "",
                "created_at": "2026-03-15T12:01:00Z",
                "next_attempt_at": "2026-03-15T12:01:00Z",
                "settled_at": None,
            }
        ]


class TestDeliveries:
    def test_come_in_pages_newest_first(self, admin: Member) -> None:
        made, other = make(admin), make(admin)
        ids = []
        for _ in range(3):
            ids.append(admin.api.post(address(made, "test/")).json()["delivery"])
            OutboxEntry.objects.update(state="delivered")
        admin.api.post(address(other, "test/"))

        found = pages(admin.api, address(made, "deliveries/"), {"page_size": 2})

        assert [[row["id"] for row in page] for page in found] == [[ids[2], ids[1]], [ids[0]]]


def test_a_deleted_webhook_is_gone(admin: Member) -> None:
    made = make(admin)

    assert admin.api.delete(address(made)).status_code == 204

    assert_not_found(admin.api.get(address(made)))
    assert_not_found(admin.api.post(address(made, "test/")))
