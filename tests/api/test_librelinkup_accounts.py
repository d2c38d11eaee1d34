"""`librelinkup/accounts/`: the accounts themselves; what a visit does is tested against the simulated vendor."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import Clinic
from glucose.account_states import AccountState
from glucose.models import SourceAccount, VendorPatient
from patients.models import Patient
from tests.api.asserting import (
    SAVEPOINT,
    V1,
    assert_field_refused,
    assert_not_found,
    assert_parameter_refused,
    assert_problem,
    pages,
    send,
)
from tests.conftest import Member
from work.models import Task

ACCOUNTS = V1 + "librelinkup/accounts/"
UNKNOWN = "01952f00-0000-7000-8000-000000000000"
# What the staff of the clinic get, and everybody else, of one account that exists.
MAY_READ = {"admin": 200, "assigned clinician": 200, "unassigned clinician": 200}
MAY_WRITE = {"admin": 200, "assigned clinician": 403, "unassigned clinician": 403}
OTHERS = {
    "researcher": 404,
    "service": 404,
    "the patient": 404,
    "admin of another clinic": 404,
    "clinician of another clinic": 404,
}


def create(api: APIClient, **body: Any) -> Any:
    given = {"email": "clinic@example.org", "password": "s3cret-vendor", **body}
    return send(api, "post", ACCOUNTS, {name: value for name, value in given.items() if value is not ...})


def assert_status(response: Any, status: int) -> None:
    if status >= 400:
        assert_problem(response, status, {403: "forbidden", 404: "not-found"}[status])
    assert response.status_code == status, response.content


@pytest.fixture
def account(clinic: Clinic) -> SourceAccount:
    return SourceAccount.objects.create(clinic=clinic, email="a@example.org", password="old-vendor")


@pytest.fixture
def person(account: SourceAccount) -> VendorPatient:
    return VendorPatient.objects.create(account=account, vendor_id="v-1", first_name="Ana", last_name="Souza")


@pytest.fixture
def one(account: SourceAccount) -> str:
    return f"{ACCOUNTS}{account.id}/"


class TestCreating:
    def test_answers_the_account_without_its_password(self, admin: Member) -> None:
        response = create(admin.api, email=" Clinic@Example.org ", region="eu")

        assert response.status_code == 201
        answer = response.json()
        assert answer == {
            "id": answer["id"],
            "email": "clinic@example.org",
            "region": "eu",
            "state": "active",
            "state_detail": "",
            "action_needed": None,
            "last_success_at": None,
            "next_attempt_at": None,
            "patients": [],
            "kind": "librelinkup",
            "failures": 0,
            "pending_step": None,
            "set_aside": 0,
            "stopped": 0,
            "vendor_rests": None,
        }

    def test_takes_an_account_of_another_vendor(self, admin: Member) -> None:
        response = create(admin.api, kind="dexcom_share", region="ous")

        assert response.status_code == 201
        assert (response.json()["kind"], Task.objects.get().kind) == ("dexcom_share", "dexcom_share_sync")

    @pytest.mark.parametrize(
        "body", [{"kind": "dexcom_share"}, {"kind": "dexcom_share", "region": "eu"}, {"region": "ous"}]
    )
    def test_refuses_a_region_that_the_vendor_does_not_have(self, admin: Member, body: dict[str, str]) -> None:
        assert_problem(create(admin.api, **body), 422, "invalid-input")

        assert SourceAccount.objects.count() == 0

    def test_encrypts_the_password_at_rest(self, admin: Member) -> None:
        create(admin.api)

        with connection.cursor() as cursor:
            cursor.execute("SELECT password FROM glucose_sourceaccount")
            ((stored,),) = cursor.fetchall()
        assert "s3cret" not in stored
        assert SourceAccount.objects.get().password == "s3cret-vendor"

    def test_starts_a_sync_once_it_is_committed(
        self, admin: Member, django_capture_on_commit_callbacks: Callable[..., Any]
    ) -> None:
        with django_capture_on_commit_callbacks() as callbacks:
            account = create(admin.api).json()

        task = Task.objects.get()
        assert (task.kind, task.status, task.owner_id) == ("librelinkup_sync", "pending", admin.user.id)
        assert task.arguments == {"account_id": account["id"]}
        assert len(callbacks) == 1

    def test_cannot_be_done_twice_with_one_address(self, admin: Member) -> None:
        create(admin.api)

        assert_problem(create(admin.api, email="CLINIC@example.org"), 409, "conflict")
        assert SourceAccount.objects.count() == 1
        assert Task.objects.count() == 1

    def test_may_be_done_by_two_clinics(self, people: dict[str, Member]) -> None:
        create(people["admin"].api)

        assert create(people["admin of another clinic"].api).status_code == 201

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", ...),
            ("email", None),
            ("email", "clinic"),
            ("email", "a@b\x00.org"),
            ("email", "x" * 250 + "@b.org"),
            ("password", ...),
            ("password", ""),
            ("password", None),
            ("password", "a\x00b"),
            ("password", "x" * 257),
            ("region", "mars"),
            ("region", None),
            ("state", "active"),
            ("token", "x"),
        ],
    )
    def test_refuses_a_bad_field_and_stores_nothing(self, admin: Member, field: str, value: Any) -> None:
        response = create(admin.api, **{field: value})

        assert_field_refused(response, f"/{field}")
        assert b"s3cret" not in response.content
        assert not SourceAccount.objects.exists()
        assert not Task.objects.exists()

    def test_wants_a_token(self, anonymous: APIClient) -> None:
        assert_problem(create(anonymous), 401, "not-authenticated")


class TestTheList:
    def test_has_the_clinics_own_with_what_to_do(self, people: dict[str, Member], account: SourceAccount) -> None:
        SourceAccount.objects.update(state=AccountState.BAD_CREDENTIALS)

        (row,) = people["admin"].api.get(ACCOUNTS).json()["results"]

        assert (row["id"], row["state"], bool(row["action_needed"])) == (str(account.id), "bad_credentials", True)
        assert "password" not in row
        assert people["admin of another clinic"].api.get(ACCOUNTS).json()["results"] == []

    def test_names_only_the_patients_whom_the_caller_may_see(
        self, people: dict[str, Member], patient: Patient, person: VendorPatient
    ) -> None:
        VendorPatient.objects.update(patient=patient, state="linked")

        def named(who: str) -> Any:
            return people[who].api.get(ACCOUNTS).json()["results"][0]["patients"]

        assert named("admin") == named("assigned clinician") == [str(patient.id)]
        assert named("unassigned clinician") == []

    def test_says_what_is_wrong_with_each(self, admin: Member, account: SourceAccount) -> None:
        SourceAccount.objects.update(state="terms_required", pending_step="tou", failures=3, quarantined=7)

        (row,) = admin.api.get(ACCOUNTS).json()["results"]

        told = {name: row[name] for name in ("kind", "failures", "pending_step", "set_aside", "stopped")}
        assert told == {"kind": "librelinkup", "failures": 3, "pending_step": "tou", "set_aside": 7, "stopped": 0}

    def test_counts_the_patients_who_are_stopped_among_those_whom_the_caller_may_see(
        self, people: dict[str, Member], clinic: Clinic, account: SourceAccount, patient: Patient, make_patient: Any
    ) -> None:
        told = {"account": account, "state": "linked"}
        VendorPatient.objects.create(vendor_id="a", patient=patient, problem="twice", **told)
        VendorPatient.objects.create(vendor_id="b", patient=make_patient(clinic), problem="vanished", **told)
        VendorPatient.objects.create(vendor_id="c", patient=make_patient(clinic), **told)
        VendorPatient.objects.create(account=account, vendor_id="d", problem="elsewhere")

        def stopped(who: str) -> Any:
            return people[who].api.get(ACCOUNTS).json()["results"][0]["stopped"]

        assert [stopped(who) for who in ("admin", "assigned clinician", "unassigned clinician")] == [2, 1, 0]

    def test_covers_every_account_once(self, admin: Member, clinic: Clinic) -> None:
        for number in range(5):
            SourceAccount.objects.create(clinic=clinic, email=f"{number}@example.org", password="x")

        found = pages(admin.api, ACCOUNTS, {"page_size": 2})

        assert [row["email"][0] for page in found for row in page] == list("01234")

    def test_asks_the_database_as_often_for_many_as_for_one(
        self, admin: Member, clinic: Clinic, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(8):
            SourceAccount.objects.create(clinic=clinic, email=f"{number}@example.org", password="x")

        with django_assert_max_num_queries(3 + SAVEPOINT):
            assert len(admin.api.get(ACCOUNTS).json()["results"]) == 8

    @pytest.mark.parametrize(("name", "value"), [("page_size", "0"), ("page_size", "x"), ("cursor", "x")])
    def test_refuses_what_is_no_page(self, admin: Member, name: str, value: str) -> None:
        assert_parameter_refused(admin.api.get(ACCOUNTS, {name: value}), name)

    def test_wants_a_token(self, anonymous: APIClient) -> None:
        assert_problem(anonymous.get(ACCOUNTS), 401, "not-authenticated")


class TestOneAccount:
    @pytest.mark.parametrize(("who", "status"), (MAY_WRITE | OTHERS).items())
    def test_is_changed_by_admins(self, people: dict[str, Member], one: str, who: str, status: int) -> None:
        assert_status(send(people[who].api, "patch", one, {"password": "new-vendor"}), status)
        assert SourceAccount.objects.get().password == ("new-vendor" if status == 200 else "old-vendor")

    @pytest.mark.parametrize(("who", "status"), (MAY_READ | OTHERS).items())
    def test_is_synced_by_the_staff(self, people: dict[str, Member], one: str, who: str, status: int) -> None:
        response = people[who].api.post(one + "sync/")

        assert_status(response, 202 if status == 200 else status)
        if status == 200:
            task = response.json()["task"]
            assert people[who].api.get(f"{V1}tasks/{task}/").json()["status"] == "pending"
        assert Task.objects.count() == (status == 200)

    def test_leaves_its_patients_when_it_goes(
        self, admin: Member, one: str, patient: Patient, person: VendorPatient
    ) -> None:
        VendorPatient.objects.update(patient=patient, state="linked")

        admin.api.delete(one)

        assert admin.api.get(f"{V1}patients/{patient.id}/").status_code == 200
        assert not VendorPatient.objects.exists()

    def test_is_active_again_with_a_new_password(self, admin: Member, one: str) -> None:
        SourceAccount.objects.update(state=AccountState.BAD_CREDENTIALS, state_detail="x", token="t")

        answer = send(admin.api, "patch", one, {"password": "new-vendor"}).json()

        assert (answer["state"], answer["state_detail"], answer["action_needed"]) == ("active", "", None)
        assert SourceAccount.objects.get().token == ""

    def test_can_be_disabled_and_enabled(self, admin: Member, one: str) -> None:
        assert send(admin.api, "patch", one, {"state": "disabled"}).json()["state"] == "disabled"
        assert send(admin.api, "patch", one, {"state": "active"}).json()["state"] == "active"

    @pytest.mark.parametrize(
        ("field", "value"),
        [("state", "locked_out"), ("region", "mars"), ("password", ""), ("email", "b@example.org"), ("id", UNKNOWN)],
    )
    def test_refuses_a_bad_field(self, admin: Member, one: str, field: str, value: str) -> None:
        assert_field_refused(send(admin.api, "patch", one, {field: value}), f"/{field}")

    @pytest.mark.parametrize(
        "path",
        [
            "",
            "sync/",
            "accept-terms/",
            "history/",
            "set-aside/",
            "people/",
            "people/v-1/unlink/",
            "unlinked/",
            "unlinked/v-1/link/",
            "unlinked/v-1/ignore/",
        ],
    )
    @pytest.mark.parametrize("account_id", [UNKNOWN, "1", "x"])
    def test_is_not_found_where_there_is_none(self, admin: Member, account_id: str, path: str) -> None:
        lists = ("", "history/", "set-aside/", "people/", "unlinked/")
        method = admin.api.get if path in lists else admin.api.post

        assert_not_found(method(f"{ACCOUNTS}{account_id}/{path}"))

    def test_wants_a_token(self, anonymous: APIClient, one: str) -> None:
        for response in (anonymous.get(one), anonymous.delete(one), anonymous.post(one + "sync/")):
            assert_problem(response, 401, "not-authenticated")


class TestItsPeople:
    def test_wait_until_somebody_accepts_them(self, admin: Member, one: str, person: VendorPatient) -> None:
        (row,) = admin.api.get(one + "unlinked/").json()["results"]

        assert row.items() >= {"vendor_id": "v-1", "first_name": "Ana", "last_name": "Souza", "patient": None}.items()

    def test_become_a_new_patient(self, admin: Member, one: str, person: VendorPatient) -> None:
        body = {"create": True, "timezone": "America/Sao_Paulo", "external_ref": "x-1"}

        answer = send(admin.api, "post", one + "unlinked/v-1/link/", body).json()

        patient = Patient.objects.get(id=answer["patient"])
        assert (patient.name, patient.timezone, patient.external_ref) == ("Ana Souza", "America/Sao_Paulo", "x-1")
        assert answer["state"] == "linked"
        assert admin.api.get(one + "unlinked/").json()["results"] == []

    def test_are_linked_once(self, admin: Member, one: str, patient: Patient, person: VendorPatient) -> None:
        link = one + "unlinked/v-1/link/"
        send(admin.api, "post", link, {"patient": str(patient.id)})

        for body in ({"patient": str(patient.id)}, {"create": True}):
            assert_problem(send(admin.api, "post", link, body), 409, "conflict")
        assert_problem(admin.api.post(one + "unlinked/v-1/ignore/"), 409, "conflict")
        assert Patient.objects.count() == 1

    def test_are_never_two_for_one_patient(
        self, admin: Member, one: str, account: SourceAccount, patient: Patient, person: VendorPatient
    ) -> None:
        VendorPatient.objects.create(account=account, vendor_id="v-2")
        send(admin.api, "post", one + "unlinked/v-1/link/", {"patient": str(patient.id)})

        response = send(admin.api, "post", one + "unlinked/v-2/link/", {"patient": str(patient.id)})

        assert_problem(response, 409, "conflict")

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"create": False},
            {"create": "true", "timezone": "UTC"},
            {"create": 1, "timezone": "UTC"},
            {"patient": 5},
            {"create": True, "patient": UNKNOWN},
            {"patient": UNKNOWN, "name": "x"},
            {"patient": None},
            {"patient": "x"},
            {"create": True, "timezone": "Mars/Olympus"},
            {"create": True, "nmae": "x"},
        ],
    )
    def test_are_not_linked_by_a_bad_body(
        self, admin: Member, one: str, person: VendorPatient, body: dict[str, Any]
    ) -> None:
        assert_problem(send(admin.api, "post", one + "unlinked/v-1/link/", body), 422, "invalid-input")
        assert not Patient.objects.exists()

    def test_can_be_set_aside_and_fetched_back(
        self, admin: Member, one: str, patient: Patient, person: VendorPatient
    ) -> None:
        assert admin.api.post(one + "unlinked/v-1/ignore/").json()["state"] == "ignored"
        assert admin.api.get(one + "unlinked/").json()["results"] == []
        response = send(admin.api, "post", one + "unlinked/v-1/link/", {"patient": str(patient.id)})
        assert response.json()["state"] == "linked"

    @pytest.mark.parametrize("vendor_id", ["nobody", "%00", "%ff", "🙂", "' OR 1=1", "x" * 3000])
    def test_are_not_found_by_a_name_that_is_none(
        self, admin: Member, one: str, person: VendorPatient, vendor_id: str
    ) -> None:
        admin.api.raise_request_exception = False

        assert_not_found(admin.api.post(f"{one}unlinked/{vendor_id}/ignore/"))
