"""`GET` and `POST patients/`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Clinic
from accounts.roles import Role
from patients.models import Patient
from tests.api.asserting import (
    JSON,
    NOW,
    SAVEPOINT,
    V1,
    assert_field_refused,
    assert_parameter_refused,
    assert_problem,
    pages,
    send,
)
from tests.conftest import Member, named, put

PATIENTS = V1 + "patients/"
MakePatient = Callable[..., Patient]


def names(api: APIClient, **query: Any) -> list[str]:
    response = api.get(PATIENTS, query)
    assert response.status_code == 200, response.content
    return [row["name"] for row in response.json()["results"]]


def create(api: APIClient, **body: Any) -> Any:
    given = {"name": "Eva Dias", "timezone": "America/Sao_Paulo", **body}
    api.raise_request_exception = False
    return send(api, "post", PATIENTS, {name: value for name, value in given.items() if value is not ...})


class TestTheList:
    def test_shows_a_patient_with_the_newest_reading(
        self, clinic: Clinic, clinician: Member, make_patient: MakePatient
    ) -> None:
        patient = make_patient(clinic, clinician, external_ref="p-1", birth_date="1980-02-29", unit="mmol/L")
        put(patient, 100, 126, start=NOW - timedelta(minutes=10), now=NOW)

        (row,) = clinician.api.get(PATIENTS).json()["results"]

        latest = row.pop("latest")
        assert (
            row.items()
            >= {
                "id": str(patient.id),
                "name": "Ana Souza",
                "external_ref": "p-1",
                "birth_date": "1980-02-29",
                "sex": "unknown",
                "diabetes_type": "unknown",
                "timezone": "America/Sao_Paulo",
                "unit": "mmol/L",
                "target_set": "t1_t2",
                "status": "active",
                "created_at": "2026-03-15T12:00:00Z",
                "updated_at": "2026-03-15T12:00:00Z",
            }.items()
        )
        assert latest.items() >= {"time": "2026-03-15T11:55:00Z", "unit": "mmol/L", "age_seconds": 300}.items()
        assert latest["value"] == round(126 / 18.0182, 6)

    def test_has_null_for_the_newest_reading_of_whom_has_none(self, clinician: Member, patient: Patient) -> None:
        assert clinician.api.get(PATIENTS).json()["results"][0]["latest"] is None

    def test_is_empty_where_there_is_nobody(self, admin: Member) -> None:
        assert admin.api.get(PATIENTS).json() == {"next": None, "previous": None, "results": []}

    def test_has_all_for_a_clinician_where_the_clinic_says_so(self, clinic: Clinic, people: dict[str, Member]) -> None:
        Clinic.objects.filter(id=clinic.id).update(clinicians_see_all=True)

        assert names(people["unassigned clinician"].api) == ["Ana Souza", "Bia Lima"]
        assert names(people["clinician of another clinic"].api) == []

    def test_wants_a_token(self, anonymous: APIClient) -> None:
        assert_problem(anonymous.get(PATIENTS), 401, "not-authenticated")

    def test_asks_the_database_as_often_for_many_as_for_one(
        self,
        clinic: Clinic,
        admin: Member,
        clinician: Member,
        make_patient: MakePatient,
        django_assert_max_num_queries: Any,
    ) -> None:
        for number in range(12):
            put(
                make_patient(clinic, clinician, name=f"P{number}"),
                100,
                start=NOW - timedelta(hours=1),
                now=NOW,
            )

        with django_assert_max_num_queries(4 + SAVEPOINT):
            assert len(names(admin.api)) == 12


class TestItsFilters:
    @pytest.fixture
    def everybody(self, clinic: Clinic, admin: Member, clinician: Member, make_patient: MakePatient) -> Member:
        make_patient(clinic, clinician, name="José 100% Silva", external_ref="A-1", diabetes_type="type1")
        make_patient(clinic, name="Maria da_Silva", external_ref="100", status="paused", target_set="pregnancy_t1")
        make_patient(clinic, name="Rui Costa", external_ref="Silva")
        return admin

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("silva", ["José 100% Silva", "Maria da_Silva"]),
            ("Silva", ["José 100% Silva", "Maria da_Silva", "Rui Costa"]),
            ("silva maria", ["Maria da_Silva"]),
            ("A-1", ["José 100% Silva"]),
            ("100", ["José 100% Silva", "Maria da_Silva"]),
            ("JOSE", ["José 100% Silva"]),
            ("jose\u0301", ["José 100% Silva"]),
            ("100%", ["José 100% Silva"]),
            ("da-silva", ["Maria da_Silva"]),
            ("silv", []),
            ("silva rui", []),
            ("%", []),
            ("_", []),
            ("\\", []),
            ("'; --", []),
            ("A-", []),
            ("nobody", []),
            ("JOSÉ", ["José 100% Silva"]),
        ],
    )
    def test_search_takes_words_as_they_are(self, everybody: Member, text: str, found: list[str]) -> None:
        assert names(everybody.api, search=text) == found

    @pytest.mark.parametrize("text", ["", "   "])
    def test_an_empty_search_finds_all(self, everybody: Member, text: str) -> None:
        assert len(names(everybody.api, search=text)) == 3

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"status": "paused"}, ["Maria da_Silva"]),
            ({"diabetes_type": "type1"}, ["José 100% Silva"]),
            ({"target_set": "pregnancy_t1"}, ["Maria da_Silva"]),
            ({"status": "active", "search": "silva"}, ["José 100% Silva"]),
        ],
    )
    def test_each_narrows_the_list(self, everybody: Member, query: dict[str, str], found: list[str]) -> None:
        assert names(everybody.api, **query) == found

    def test_clinician_finds_those_in_their_care(self, everybody: Member, clinician: Member) -> None:
        assert names(everybody.api, clinician=str(clinician.user.id)) == ["José 100% Silva"]

    def test_clinician_shows_a_clinician_no_more_than_they_see(
        self, everybody: Member, clinic: Clinic, clinician: Member, member: Callable[..., Member]
    ) -> None:
        stranger = member(clinic, Role.CLINICIAN)

        assert names(stranger.api, clinician=str(clinician.user.id)) == []

    @pytest.mark.parametrize(("since", "found"), [(NOW, ["Ana Souza"]), (NOW + timedelta(seconds=1), [])])
    def test_has_data_since_includes_its_instant(
        self, admin: Member, patient: Patient, since: datetime, found: list[str]
    ) -> None:
        put(patient, 100, start=NOW, now=NOW)

        assert names(admin.api, has_data_since=since.isoformat()) == found

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("status", "gone"),
            ("status", "\x00"),
            ("diabetes_type", "3"),
            ("target_set", "T1_T2"),
            ("status", ""),
            ("diabetes_type", ""),
            ("target_set", ""),
            ("clinician", ""),
            ("clinician", " "),
            ("clinician", "ana"),
            ("clinician", "\x00"),
            ("search", "a\x00b"),
            ("search", "x" * 201),
            ("has_data_since", "2026-03-01T00:00:00"),
            ("has_data_since", "yesterday"),
            ("has_data_since", ""),
            ("has_data_since", "9999-12-31T23:59:59-12:00"),
            ("has_data_since", "0001-01-01T00:00:00+12:00"),
            ("has_data_since", "\x00"),
            ("ordering", "name"),
            ("ordering", "-clinic__name"),
            ("page_size", "0"),
            ("page_size", "-1"),
            ("page_size", "abc"),
            ("page_size", "1e2"),
            ("page_size", "1.0"),
            ("page_size", ""),
            ("page_size", "٣"),
            ("page_size", "²"),
            ("cursor", ""),
            ("cursor", "abc"),
            ("cursor", "%%%"),
            ("cursor", "\x00"),
            ("cursor", "é"),
            ("cursor", "W10"),
            ("cursor", "W2ZhbHNlXQ"),
            ("cursor", "W2ZhbHNlLDVd"),
            ("cursor", "W2ZhbHNlLG51bGxd"),
            ("cursor", "e30"),
            ("cursor", "W1tbW1tbW1tbW1tbW1tbW1tbW1tb"),
        ],
    )
    def test_a_value_that_it_cannot_take_is_named(self, admin: Member, name: str, value: str) -> None:
        assert_parameter_refused(admin.api.get(PATIENTS, {name: value}), name)


class TestItsPages:
    @pytest.fixture
    def seven(self, clinic: Clinic, admin: Member, make_patient: MakePatient, clock: Any) -> Member:
        for number in range(7):
            make_patient(clinic, name=f"P{number}")
            clock.shift(timedelta(seconds=1))
        return admin

    @pytest.mark.parametrize(("size", "sizes"), [(1, [1] * 7), (3, [3, 3, 1]), (7, [7]), (1000, [7])])
    def test_cover_everybody_once(self, seven: Member, size: int, sizes: list[int]) -> None:
        found = pages(seven.api, PATIENTS, {"page_size": size})

        assert [len(page) for page in found] == sizes
        assert [row["name"] for page in found for row in page] == [f"P{number}" for number in range(7)]

    def test_go_back_as_they_went(self, seven: Member) -> None:
        forwards = pages(seven.api, PATIENTS, {"page_size": 2})
        last = seven.api.get(PATIENTS, {"page_size": 2})
        while last.json()["next"]:
            last = seven.api.get(last.json()["next"])

        backwards = pages(seven.api, last.request["PATH_INFO"] + "?" + last.request["QUERY_STRING"], link="previous")

        assert [row for page in backwards[::-1] for row in page] == [row for page in forwards for row in page]

    def test_run_the_other_way_newest_first(self, seven: Member) -> None:
        found = pages(seven.api, PATIENTS, {"page_size": 3, "ordering": "-created_at"})

        assert [row["name"] for page in found for row in page] == [f"P{number}" for number in range(6, -1, -1)]

    def test_are_not_shifted_by_patients_who_come_or_go(
        self, seven: Member, clinic: Clinic, make_patient: MakePatient
    ) -> None:
        first = seven.api.get(PATIENTS, {"page_size": "3", "ordering": "-created_at"}).json()
        make_patient(clinic, name="P7")
        (sixth,) = named("P6")
        Patient.objects.filter(id=sixth.id).update(deleted_at=NOW)

        rest = pages(seven.api, first["next"])

        assert [row["name"] for page in rest for row in page] == ["P3", "P2", "P1", "P0"]

    def test_keep_the_filters_in_their_links(self, seven: Member, clinic: Clinic, make_patient: MakePatient) -> None:
        for number in range(3):
            make_patient(clinic, name=f"Rui P{number}")

        found = pages(seven.api, PATIENTS, {"page_size": 1, "search": "rui", "status": "active"})

        assert [row["name"] for page in found for row in page] == ["Rui P0", "Rui P1", "Rui P2"]

    def test_never_show_another_clinic_whatever_the_cursor_says(
        self, seven: Member, other_clinic: Clinic, member: Callable[..., Member]
    ) -> None:
        link = seven.api.get(PATIENTS, {"page_size": 1}).json()["next"]

        assert member(other_clinic, Role.ADMIN).api.get(link).json()["results"] == []

    def test_refuse_the_cursor_of_another_list(self, seven: Member) -> None:
        (patient,) = named("P0")
        put(patient, 100, 100, start=NOW - timedelta(hours=1), now=NOW)
        link = seven.api.get(f"{PATIENTS}{patient.id}/readings/", {"page_size": 1}).json()["next"]

        response = seven.api.get(PATIENTS, {"cursor": link.split("cursor=")[1].split("&")[0]})

        assert_parameter_refused(response, "cursor")

    def test_take_the_last_of_a_parameter_that_is_repeated(self, seven: Member) -> None:
        found = pages(seven.api, f"{PATIENTS}?page_size=abc&page_size=4")

        assert [len(page) for page in found] == [4, 3]


class TestANewPatient:
    def test_is_answered_as_it_is_stored(self, admin: Member, clinician: Member) -> None:
        body = {
            "name": "Eva Dias",
            "external_ref": "x-1",
            "birth_date": "1990-01-31",
            "email": "Eva@Example.org",
            "sex": "female",
            "diabetes_type": "type1",
            "timezone": "Asia/Kathmandu",
            "unit": "mmol/L",
            "target_set": "pregnancy_t1",
            "status": "paused",
            "clinicians": [str(clinician.user.id)],
        }

        response = create(admin.api, **body)

        assert response.status_code == 201
        answer = response.json()
        assert answer.items() >= body.items()
        assert answer["latest"] is None
        assert answer["created_at"] == "2026-03-15T12:00:00Z"
        assert admin.api.get(f"{PATIENTS}{answer['id']}/").json() == answer

    def test_needs_only_a_name_and_a_zone(self, admin: Member) -> None:
        answer = create(admin.api).json()

        assert (
            answer.items() >= {"unit": "mg/dL", "target_set": "t1_t2", "status": "active", "external_ref": None}.items()
        )

    def test_keeps_a_name_of_any_letters(self, admin: Member) -> None:
        assert create(admin.api, name="Ágnes Ő'Brien 张伟 🙂").json()["name"] == "Ágnes Ő'Brien 张伟 🙂"

    def test_is_in_the_care_of_the_clinician_who_adds_it(self, clinician: Member) -> None:
        assert create(clinician.api).json()["clinicians"] == [str(clinician.user.id)]
        assert names(clinician.api) == ["Eva Dias"]

    def test_goes_to_the_clinic_of_the_caller(self, people: dict[str, Member], other_clinic: Clinic) -> None:
        create(people["admin of another clinic"].api)

        assert [patient.clinic_id for patient in named("Eva Dias")] == [other_clinic.id]

    def test_wants_a_token(self, anonymous: APIClient) -> None:
        assert_problem(create(anonymous), 401, "not-authenticated")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ...),
            ("name", None),
            ("name", ""),
            ("name", "   "),
            ("name", "x" * 201),
            ("name", "a\x00b"),
            ("name", "\ud800"),
            ("name", ["x"]),
            ("name", {"x": 1}),
            ("name", True),
            ("name", 5),
            ("external_ref", 1.5),
            ("clinicians", [5]),
            ("user", 5),
            ("timezone", ...),
            ("timezone", None),
            ("timezone", ""),
            ("timezone", "Mars/Olympus"),
            ("timezone", "america/sao_paulo"),
            ("timezone", "../../etc/passwd"),
            ("timezone", "UTC\x00"),
            ("timezone", "+03:00"),
            ("timezone", "localtime"),
            ("timezone", 3),
            ("external_ref", ""),
            ("external_ref", "x" * 101),
            ("external_ref", "a\x00b"),
            ("email", "eva"),
            ("email", ""),
            ("email", "a@b\x00.org"),
            ("email", "x" * 250 + "@b.org"),
            ("email", 5),
            ("birth_date", "1990-02-30"),
            ("birth_date", "1899-12-31"),
            ("birth_date", "2026-03-16"),
            ("birth_date", "9999-12-31"),
            ("birth_date", "31/01/1990"),
            ("birth_date", "1990-01-31T00:00:00Z"),
            ("birth_date", 0),
            ("birth_date", ""),
            ("sex", "f"),
            ("sex", None),
            ("diabetes_type", "type 1"),
            ("unit", "mmol"),
            ("unit", None),
            ("target_set", "T1"),
            ("status", "deleted"),
            ("clinicians", "all"),
            ("clinicians", None),
            ("user", "me"),
            ("id", "01952f00-0000-7000-8000-000000000000"),
            ("clinic", "01952f00-0000-7000-8000-000000000000"),
            ("deleted_at", None),
            ("data_version", 5),
            ("nmae", "Eva"),
        ],
    )
    def test_is_refused_with_a_bad_field_and_not_stored(self, admin: Member, field: str, value: Any) -> None:
        assert_field_refused(create(admin.api, **{field: value}), f"/{field}")
        assert not Patient.objects.exists()

    def test_is_told_every_bad_field_at_once(self, admin: Member) -> None:
        assert_field_refused(create(admin.api, name="", timezone="x", sex="y"), "/name", "/timezone", "/sex")

    def test_names_the_clinician_in_the_list_that_is_no_id(self, admin: Member) -> None:
        assert_field_refused(create(admin.api, clinicians=["x"]), "/clinicians/0")

    @pytest.mark.parametrize("field", ["\ud800", "a/b"])
    def test_is_refused_with_any_unknown_field(self, admin: Member, field: str) -> None:
        assert_problem(create(admin.api, **{field: 1}), 422, "invalid-input")

    def test_points_to_a_field_as_rfc_6901_writes_it(self, admin: Member) -> None:
        assert_field_refused(create(admin.api, **{"a/b~c": 1}), "/a~1b~0c")

    def test_is_refused_with_a_choice_that_cannot_be_written(self, admin: Member) -> None:
        assert_field_refused(create(admin.api, sex="\ud800"), "/sex")

    @pytest.mark.parametrize("body", [b"", b"[]", b'"x"', b"5", b"null", b"true", b'[{"name":"a","timezone":"UTC"}]'])
    def test_is_an_object(self, admin: Member, body: bytes) -> None:
        assert_problem(admin.api.post(PATIENTS, body, content_type=JSON), 422, "invalid-input")
        assert not Patient.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b'{"name": NaN, "timezone": "UTC"}',
            b'{"name": "a", "timezone": "UTC",}',
            b"name=a&timezone=UTC",
            '{"name": "Jos\xe9", "timezone": "UTC"}'.encode("latin-1"),
            b"\xff\xfe{\x00}\x00",
            b"\x00",
            b'{"name": ' + b"9" * 5000 + b"}",
        ],
        ids=[
            "cut",
            "NaN",
            "comma",
            "form",
            "latin-1",
            "utf-16",
            "null",
            "long number",
        ],
    )
    def test_is_json_in_utf_8(self, admin: Member, body: bytes) -> None:
        admin.api.raise_request_exception = False

        assert_problem(admin.api.post(PATIENTS, body, content_type=JSON), 422, "malformed-body")
        assert not Patient.objects.exists()

    def test_cannot_have_the_external_ref_of_another(self, admin: Member) -> None:
        create(admin.api, external_ref="x-1")

        assert_problem(create(admin.api, name="Fabio", external_ref="x-1"), 409, "conflict")
        assert names(admin.api) == ["Eva Dias"]

    def test_may_have_the_external_ref_of_one_who_was_deleted(self, admin: Member) -> None:
        deleted = create(admin.api, external_ref="x-1").json()["id"]
        admin.api.delete(f"{PATIENTS}{deleted}/")

        assert create(admin.api, external_ref="x-1").status_code == 201

    def test_may_have_the_external_ref_of_one_of_another_clinic(self, people: dict[str, Member]) -> None:
        create(people["admin of another clinic"].api, external_ref="x-1")

        assert create(people["admin"].api, external_ref="x-1").status_code == 201

    def test_may_be_one_of_many_without_an_external_ref(self, admin: Member) -> None:
        create(admin.api, external_ref=None)

        assert create(admin.api, external_ref=None).status_code == 201

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.CLINICIAN])
    def test_cannot_be_cared_for_by_another_clinic(
        self, admin: Member, other_clinic: Clinic, member: Callable[..., Member], role: Role
    ) -> None:
        stranger = member(other_clinic, role)

        assert_problem(create(admin.api, clinicians=[str(stranger.user.id)]), 422, "invalid-input")
        assert not Patient.objects.exists()

    def test_cannot_be_assigned_by_a_clinician(self, clinician: Member) -> None:
        assert_problem(create(clinician.api, clinicians=[str(clinician.user.id)]), 403, "forbidden")
        assert not Patient.objects.exists()

    def test_cannot_be_the_record_of_a_user_who_has_one(
        self, clinic: Clinic, admin: Member, member: Callable[..., Member]
    ) -> None:
        user = str(member(clinic, Role.PATIENT).user.id)
        create(admin.api, user=user)

        assert_problem(create(admin.api, name="Fabio", user=user), 409, "conflict")

    def test_can_be_the_record_of_a_user_whose_other_was_deleted(
        self, clinic: Clinic, admin: Member, member: Callable[..., Member]
    ) -> None:
        user = str(member(clinic, Role.PATIENT).user.id)
        deleted = create(admin.api, user=user).json()["id"]
        admin.api.delete(f"{PATIENTS}{deleted}/")

        assert create(admin.api, user=user).status_code == 201

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.CLINICIAN, Role.SERVICE])
    def test_is_not_the_record_of_the_staff(
        self, clinic: Clinic, admin: Member, member: Callable[..., Member], role: Role
    ) -> None:
        response = create(admin.api, user=str(member(clinic, role).user.id))

        assert_problem(response, 422, "invalid-input")

    def test_is_not_made_by_other_methods(self, admin: Member) -> None:
        for method in (admin.api.put, admin.api.patch, admin.api.delete):
            assert_problem(method(PATIENTS), 405, "method-not-allowed")


def test_created_at_is_the_time_of_now(admin: Member) -> None:
    create(admin.api)

    assert Patient.objects.get().created_at == datetime(2026, 3, 15, 12, tzinfo=UTC)
