"""`GET/POST keys/`, `POST keys/{id}/rotate/`, `DELETE keys/{id}/`, and what a key opens."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final
from zlib import crc32

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Clinic, Membership, ServiceKey, User
from accounts.roles import ACT_OF, Role, Scope
from patients.models import Patient
from project.urls import v1
from tests.api.asserting import (
    NOW,
    ROLLED_BACK,
    SAVEPOINT,
    V1,
    assert_field_refused,
    assert_not_found,
    assert_problem,
    pages,
)
from tests.api.stage import PLACES
from tests.conftest import Member

KEYS: Final = V1 + "keys/"
ME: Final = V1 + "auth/me/"
NEW: Final = {"name": "Laboratory", "scopes": ["patients:read"]}
METHODS: Final = ("get", "post", "put", "patch", "delete")
# What a key with every scope may ask for, and which one of them is enough.
OPEN: Final = {
    "get patients/": Scope.PATIENTS_READ,
    "post patients/": Scope.PATIENTS_WRITE,
    "get patients/<uuid:patient_id>/": Scope.PATIENTS_READ,
    "patch patients/<uuid:patient_id>/": Scope.PATIENTS_WRITE,
    "get patients/<uuid:patient_id>/consents/": Scope.PATIENTS_READ,
    "post patients/<uuid:patient_id>/consents/": Scope.PATIENTS_WRITE,
    "post patients/<uuid:patient_id>/consents/<uuid:consent_id>/withdraw/": Scope.PATIENTS_WRITE,
    "get patients/<uuid:patient_id>/targets/": Scope.PATIENTS_READ,
    "get patients/<uuid:patient_id>/readings/": Scope.READINGS_READ,
    "post patients/<uuid:patient_id>/readings/": Scope.READINGS_WRITE,
    "get patients/<uuid:patient_id>/readings/latest/": Scope.READINGS_READ,
    "get patients/<uuid:patient_id>/sensors/": Scope.READINGS_READ,
    "get patients/<uuid:patient_id>/gaps/": Scope.READINGS_READ,
    "get patients/<uuid:patient_id>/sync-truth/": Scope.READINGS_READ,
    "get patients/<uuid:patient_id>/exclusions/": Scope.READINGS_READ,
    "get patients/<uuid:patient_id>/exclusions/<uuid:exclusion_id>/": Scope.READINGS_READ,
    "get patients/<uuid:patient_id>/treatments/": Scope.TREATMENTS_READ,
    "post patients/<uuid:patient_id>/treatments/": Scope.TREATMENTS_WRITE,
    "get patients/<uuid:patient_id>/treatments/<uuid:treatment_id>/": Scope.TREATMENTS_READ,
    "get imports/": Scope.IMPORTS_WRITE,
    "post imports/": Scope.IMPORTS_WRITE,
    "get imports/<uuid:import_id>/": Scope.IMPORTS_WRITE,
    "post imports/<uuid:import_id>/start/": Scope.IMPORTS_WRITE,
    "post imports/<uuid:import_id>/cancel/": Scope.IMPORTS_WRITE,
    "get imports/<uuid:import_id>/refused/": Scope.IMPORTS_WRITE,
    "get patients/<uuid:patient_id>/statistics/": Scope.STATISTICS_READ,
    "get patients/<uuid:patient_id>/daily/": Scope.STATISTICS_READ,
    "get patients/<uuid:patient_id>/periods/": Scope.STATISTICS_READ,
    "get patients/<uuid:patient_id>/agp/": Scope.STATISTICS_READ,
    "get patients/<uuid:patient_id>/report.pdf": Scope.STATISTICS_READ,
    "get patients/<uuid:patient_id>/episodes/": Scope.STATISTICS_READ,
    "get readings/latest/": Scope.READINGS_READ,
    "get readings/stream/": Scope.READINGS_READ,
    "get alerts/": Scope.READINGS_READ,
    "get alerts/rules/": Scope.READINGS_READ,
    "get alerts/<uuid:alert_id>/": Scope.READINGS_READ,
    "get clinic/overview/": Scope.STATISTICS_READ,
    "get clinic/statistics/": Scope.STATISTICS_READ,
}
# What needs no scope.
FOR_ANY_KEY: Final = {"get auth/me/": None, "get definitions/": None}
PUBLIC: Final = {"post auth/token/", "post auth/token/refresh/", "post auth/logout/"}


def operations() -> Iterator[str]:
    for route in v1:
        view = route.callback.view_class
        yield from (f"{method} {route.pattern}" for method in METHODS if hasattr(view, method))


def make(admin: Member, *scopes: Scope, **more: Any) -> dict[str, Any]:
    """A new key as the API answers it."""
    response = admin.api.post(KEYS, {"name": "Laboratory", "scopes": scopes or list(Scope), **more}, format="json")
    assert response.status_code == 201, response.content
    answer: dict[str, Any] = response.json()
    return answer


def by(secret: str) -> APIClient:
    """A program that signs in by the secret."""
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return api


def rotate(admin: Member, key: dict[str, Any], **body: Any) -> Any:
    return admin.api.post(f"{KEYS}{key['id']}/rotate/", body, format="json")


class TestManagingThem:
    def test_wants_a_token(self, anonymous: APIClient) -> None:
        assert_problem(anonymous.get(KEYS), 401, "not-authenticated")

    @pytest.mark.parametrize("key_id", ["01952f00-0000-7000-8000-000000000000", "1", "x"])
    def test_that_do_not_exist_is_not_found(self, admin: Member, key_id: str) -> None:
        assert_not_found(admin.api.post(f"{KEYS}{key_id}/rotate/"))
        assert_not_found(admin.api.delete(f"{KEYS}{key_id}/"))


class TestTheList:
    def test_tells_everything_but_the_secret(self, admin: Member) -> None:
        key = make(admin, Scope.READINGS_READ, Scope.PATIENTS_READ, expires_at="2026-06-01T00:00:00-03:00")
        secret = key.pop("secret")

        response = admin.api.get(KEYS)

        assert response.json()["results"] == [key]
        assert key | {"id": None, "user": None} == {
            "id": None,
            "user": None,
            "name": "Laboratory",
            "scopes": ["patients:read", "readings:read"],
            "created_at": "2026-03-15T12:00:00Z",
            "last_used_at": None,
            "expires_at": "2026-06-01T03:00:00Z",
            "old_secret_until": None,
        }
        assert secret[6:70].encode() not in response.content

    def test_is_of_the_clinic_alone(self, people: dict[str, Member]) -> None:
        make(people["admin"])

        assert people["admin of another clinic"].api.get(KEYS).json()["results"] == []

    def test_comes_in_pages(self, admin: Member) -> None:
        ids = [make(admin)["id"] for _ in range(3)]

        found = pages(admin.api, KEYS, {"page_size": 2})

        assert [[row["id"] for row in page] for page in found] == [[ids[2], ids[1]], [ids[0]]]


class TestANewKey:
    def test_has_a_service_user_of_its_own_who_has_no_password(self, clinic: Clinic, admin: Member) -> None:
        key = make(admin)

        user = User.objects.get(id=key["user"])

        assert (user.membership.clinic, user.membership.role) == (clinic, Role.SERVICE)
        assert not user.has_usable_password()
        assert by(key["secret"]).get(ME).json()["id"] == key["user"]

    def test_has_a_secret_of_a_form_that_programs_know(self, admin: Member) -> None:
        assert re.fullmatch(r"saude_[0-9a-f]{72}", make(admin)["secret"])

    def test_is_kept_by_no_cache(self, admin: Member) -> None:
        assert admin.api.post(KEYS, NEW, format="json")["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        ("field", "value", "pointer"),
        [
            ("name", "", "/name"),
            ("name", None, "/name"),
            ("name", "x" * 101, "/name"),
            ("scopes", [], "/scopes"),
            ("scopes", "patients:read", "/scopes"),
            ("scopes", ["everything"], "/scopes/0"),
            ("scopes", ["patients:read"] * 101, "/scopes"),
            ("expires_at", "2026-03-15T12:00:00Z", "/expires_at"),
            ("expires_at", "tomorrow", "/expires_at"),
            ("role", "admin", "/role"),
        ],
    )
    def test_of_a_malformed_body_is_refused(self, admin: Member, field: str, value: Any, pointer: str) -> None:
        assert_field_refused(admin.api.post(KEYS, {**NEW, field: value}, format="json"), pointer)
        assert not ServiceKey.objects.exists()


class TestRotating:
    def test_gives_a_new_secret_while_the_one_before_works_for_a_day(self, admin: Member, clock: Any) -> None:
        key = make(admin)

        response = rotate(admin, key)

        new = response.json()
        assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
        assert new["secret"] != key["secret"]
        assert new["old_secret_until"] == "2026-03-16T12:00:00Z"
        clock.shift(timedelta(hours=23, minutes=59))
        assert [by(one["secret"]).get(ME).status_code for one in (key, new)] == [200, 200]
        clock.shift(timedelta(minutes=1))
        assert [by(one["secret"]).get(ME).status_code for one in (key, new)] == [401, 200]

    def test_may_end_the_secret_before_at_once(self, admin: Member) -> None:
        key = make(admin)

        new = rotate(admin, key, overlap_hours=0).json()

        assert new["old_secret_until"] is None
        assert [by(one["secret"]).get(ME).status_code for one in (key, new)] == [401, 200]

    def test_twice_ends_the_first_secret(self, admin: Member) -> None:
        first = make(admin)
        second, third = rotate(admin, first).json(), rotate(admin, first).json()

        assert [by(one["secret"]).get(ME).status_code for one in (first, second, third)] == [401, 200, 200]

    @pytest.mark.parametrize("hours", [-1, 169, "x", None, 1.5])
    def test_refuses_an_overlap_that_is_none_or_too_long(self, admin: Member, hours: Any) -> None:
        assert_field_refused(rotate(admin, make(admin), overlap_hours=hours), "/overlap_hours")

    def test_an_expired_key_is_a_conflict(self, admin: Member, clock: Any) -> None:
        key = make(admin, expires_at="2026-03-15T12:00:10Z")
        clock.shift(timedelta(seconds=10))

        assert_problem(rotate(admin, key), 409, "conflict")


class TestAKeyIsRefused:
    def test_after_it_was_deleted_with_its_user(self, admin: Member) -> None:
        key = make(admin)

        assert admin.api.delete(f"{KEYS}{key['id']}/").status_code == 204

        assert_problem(by(key["secret"]).get(ME), 401, "token-refused")
        assert not User.objects.get(id=key["user"]).is_active

    def test_from_when_on_it_expires(self, admin: Member, clock: Any) -> None:
        key = make(admin, expires_at="2026-03-15T12:00:10Z")
        clock.shift(timedelta(seconds=9))
        assert by(key["secret"]).get(ME).status_code == 200
        clock.shift(timedelta(seconds=1))

        assert_problem(by(key["secret"]).get(ME), 401, "token-refused")

    def test_where_its_user_was_deactivated(self, admin: Member) -> None:
        key = make(admin)
        User.objects.filter(id=key["user"]).update(is_active=False)

        assert_problem(by(key["secret"]).get(ME), 401, "token-refused")

    def test_where_its_user_is_no_service_any_more(self, admin: Member) -> None:
        key = make(admin)
        Membership.objects.filter(user=key["user"]).update(role=Role.ADMIN)

        assert_problem(by(key["secret"]).get(ME), 401, "token-refused")

    @pytest.mark.parametrize(
        "secret", ["saude_", "saude_x", "saude_" + "0" * 72, "saude_é", "saude_" + "0" * 64 + "758d6336\n"]
    )
    def test_that_is_none_without_asking_the_database(
        self, db: None, secret: str, django_assert_num_queries: Callable[..., Any]
    ) -> None:
        with django_assert_num_queries(ROLLED_BACK):
            assert_problem(by(secret.strip()).get(ME), 401, "token-refused")

    def test_whose_checksum_fits_but_which_is_unknown(self, db: None) -> None:
        body = "0" * 64

        assert_problem(by(f"saude_{body}{crc32(body.encode()):08x}").get(ME), 401, "token-refused")


class TestScopes:
    def test_every_operation_is_open_to_the_keys_that_the_table_says(self) -> None:
        declared = {
            f"{method.lower()} {route.pattern}": act
            for route in v1
            for method, act in getattr(route.callback.view_class, "acts", {}).items()
        }

        assert declared == {operation: ACT_OF[scope] for operation, scope in OPEN.items()} | FOR_ANY_KEY
        assert declared.keys() <= set(operations())

    @pytest.mark.parametrize("scope", list(Scope))
    @pytest.mark.parametrize("operation", [one for one in operations() if one not in PUBLIC])
    def test_open_what_they_say_and_nothing_else(
        self, admin: Member, patient: Patient, operation: str, scope: Scope
    ) -> None:
        method, path = operation.split(" ")
        api = by(make(admin, scope)["secret"])
        places = {**PLACES, "patient_id": patient.id}
        address = V1 + re.sub(r"<\w+:(\w+)>", lambda found: str(places[found[1]]), path)

        response = getattr(api, method)(address)

        if OPEN.get(operation, scope) == scope and operation in OPEN | FOR_ANY_KEY:
            # Without a body or a window some are refused, but not for the scope.
            assert response.status_code in (200, 204, 404, 422), response.content
            assert response.status_code != 404 or "_id" in path.removeprefix("patients/<uuid:patient_id>/")
        else:
            assert_problem(response, 403, "forbidden")

    def test_do_not_open_a_patient_of_another_clinic(self, admin: Member, foreign_patient: Patient) -> None:
        assert_not_found(by(make(admin)["secret"]).get(f"{V1}patients/{foreign_patient.id}/"))

    def test_do_not_let_a_service_do_what_its_role_may_not(self, admin: Member, patient: Patient) -> None:
        assert_problem(by(make(admin)["secret"]).delete(f"{V1}patients/{patient.id}/"), 403, "forbidden")

    def test_let_a_program_store_a_reading(self, admin: Member, patient: Patient) -> None:
        body = {"readings": [{"time": "2026-03-15T11:00:00Z", "value": 100}]}

        response = by(make(admin, Scope.READINGS_WRITE)["secret"]).post(
            f"{V1}patients/{patient.id}/readings/", body, format="json"
        )

        assert response.json()["stored"] == 1

    def test_that_are_gone_from_the_product_open_nothing(self, admin: Member) -> None:
        key = make(admin, Scope.PATIENTS_READ)
        ServiceKey.objects.update(scopes=["patients:read", "long:gone"])

        assert by(key["secret"]).get(V1 + "patients/").status_code == 200


class TestUsing:
    def test_asks_the_database_once(self, admin: Member, django_assert_num_queries: Callable[..., Any]) -> None:
        api = by(make(admin)["secret"])
        api.get(ME)

        with django_assert_num_queries(1 + SAVEPOINT):
            api.get(ME)

    def test_is_noted_to_the_minute(self, admin: Member, clock: Any) -> None:
        key = make(admin)
        api = by(key["secret"])

        def used() -> Any:
            api.get(ME)
            return ServiceKey.objects.get(id=key["id"]).last_used_at

        assert used() == NOW
        clock.shift(timedelta(seconds=59))
        assert used() == NOW
        clock.shift(timedelta(seconds=1))
        assert used() == NOW + timedelta(minutes=1)

    def test_is_throttled_as_its_user(self, admin: Member, settings: Settings) -> None:
        settings.READS_PER_MINUTE = 1
        one, other = by(make(admin)["secret"]), by(make(admin)["secret"])

        assert [one.get(ME).status_code, other.get(ME).status_code] == [200, 200]
        assert_problem(one.get(ME), 429, "too-many-requests")
