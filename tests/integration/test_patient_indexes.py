"""The patient list among 50,000 patients: each filter is answered from an index."""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from accounts import identity
from accounts.models import Clinic
from accounts.sealing import seal
from analytics.selectors.patients import patient_page
from api.pages import Cursor, PageRequest
from patients.models import Patient
from tests.conftest import Member

PATIENTS = 50_000
CARED_FOR = 200
ASSIGNMENTS = "one_assignment_a_clinician|careassignment_user"
# Both are in the order of the list; in a clinic that has many of the patients, the narrower one is as good.
IN_ORDER = "patient_of_clinic|patients_patient_pkey"
MIDDLE = UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + PATIENTS // 2)


NAME_WORDS: Any = Patient._meta.get_field("name_words")
EXTERNAL_REF_HASH: Any = Patient._meta.get_field("external_ref_hash")


def name_of(n: int) -> str:
    """One of seven first names, and a last name of their own."""
    first = ("Ana", "Bia", "Caio", "Davi", "Eva", "Gil", "Ivo")[n % 7]
    return f"{first} {sha256(str(n).encode()).hexdigest()[:8].title()}"


def words(n: int, clinic: Clinic) -> str:
    """The hashes of a name, as an array is written."""
    return str(set(NAME_WORDS.hashed(settings.BLIND_INDEX_KEYS[0], name_of(n), clinic.id)))


def reference(n: int, clinic: Clinic) -> str:
    """The hash of an external reference."""
    return str(EXTERNAL_REF_HASH.hashed(settings.BLIND_INDEX_KEYS[0], f"ref-{n}", clinic.id))


@pytest.fixture
def crowd(clinic: Clinic, other_clinic: Clinic, clinician: Member, admin: Member) -> None:
    """50,000 patients with a newest reading each, a fifth of them of the clinic, 200 in the clinician's care."""
    columns = []
    for n in range(1, PATIENTS + 1):
        theirs = clinic if n % 5 == 0 else other_clinic
        columns.append((seal("patients.patient.name", name_of(n)), words(n, theirs), reference(n, theirs)))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO patients_patient (id, clinic_id, name, name_words, external_ref, external_ref_hash, sex,
                diabetes_type, timezone, unit, target_set, status, data_version, created_at, updated_at)
            SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
                CASE WHEN n %% 5 = 0 THEN %s ELSE %s END::uuid,
                name, words::bigint[], name, reference, 'unknown',
                CASE WHEN n %% 51 = 0 THEN 'mody' ELSE 'type1' END, 'UTC', 'mg/dL',
                CASE WHEN n %% 41 = 0 THEN 'pregnancy_t1' ELSE 't1_t2' END,
                CASE WHEN n %% 31 = 0 THEN 'paused' ELSE 'active' END, 1, now(), now()
            FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS given (name, words, reference, n)
            """,
            [clinic.id, other_clinic.id, *map(list, zip(*columns, strict=True))],
        )
        cursor.execute(
            """
            INSERT INTO latest_reading (patient_id, time, mg_dl, source, out_of_range, utc_offset_minutes)
            SELECT id, TIMESTAMPTZ '2026-01-01' - row_number() OVER () * INTERVAL '1 minute', 100, 1, 0, 0
            FROM patients_patient
            """
        )
        cursor.execute(
            """
            INSERT INTO patients_careassignment (id, user_id, patient_id, since)
            SELECT gen_random_uuid(), CASE WHEN place <= %s THEN %s ELSE %s END::uuid, id, now()
            FROM (SELECT id, row_number() OVER (ORDER BY md5(id::text)) AS place FROM patients_patient
                WHERE clinic_id = %s)
            WHERE place <= 5000
            """,
            [CARED_FOR, clinician.user.id, admin.user.id, clinic.id],
        )
        for table in ("patients_patient", "latest_reading", "patients_careassignment"):
            cursor.execute(f"ANALYZE {table}")


def plan(asker: Member, query: dict[str, str], *key: UUID) -> str:
    """How the database answers the list's first statement, which is the list itself."""
    seen: list[tuple[str, Any]] = []

    def remember(execute: Callable[..., Any], statement: str, parameters: Any, *more: Any) -> Any:
        seen.append((statement, parameters))
        return execute(statement, parameters, *more)

    with identity.acting(asker.user.id):
        with connection.execute_wrapper(remember):
            rows = patient_page(asker.caller, query, PageRequest(Cursor("patients", key or None), 100))
        assert rows
        statement, parameters = next(one for one in seen if one[0].startswith(("SELECT", "WITH")))
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {statement}", parameters)
            found = "\n".join(line for (line,) in cursor.fetchall())
    return found + search_plan(asker, query["search"]) if "search" in query else found


def search_plan(asker: Member, text: str) -> str:
    """How the database finds the words inside of secured.patients_found, whose plan the list's does not show."""
    clinic, key = asker.caller.clinic_id, settings.BLIND_INDEX_KEYS[0]
    given = [clinic, NAME_WORDS.hashed(key, text, clinic) or None, EXTERNAL_REF_HASH.hashed(key, text, clinic)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'patients_found'")
        (body,) = cursor.fetchone() or ("",)
        cursor.execute(f"PREPARE found (uuid, bigint[], text) AS {body}")
        cursor.execute("EXPLAIN (ANALYZE, TIMING OFF) EXECUTE found (%s, %s::bigint[], %s)", given)
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("DEALLOCATE found")
    return plan


@pytest.fixture
def questions(clinician: Member) -> dict[str, tuple[dict[str, str], str]]:
    """What is asked, and the index that has to answer it."""
    return {
        "the first page": ({}, IN_ORDER),
        "the last first": ({"ordering": "-created_at"}, IN_ORDER),
        "status": ({"status": "paused"}, "patient_by_status"),
        "diabetes_type": ({"diabetes_type": "mody"}, "patient_by_type"),
        "target_set": ({"target_set": "pregnancy_t1"}, "patient_by_targets"),
        "clinician": ({"clinician": str(clinician.user.id)}, ASSIGNMENTS),
        "has_data_since": ({"has_data_since": "2025-12-31T22:00:00Z"}, "latest_reading_by_time"),
        "has_data_since, long ago": ({"has_data_since": "2020-01-01T00:00:00Z"}, IN_ORDER),
        "a word": ({"search": name_of(75).split()[1]}, "patient_by_words"),
        "words": ({"search": name_of(40).upper()}, "patient_by_words"),
        "a reference": ({"search": "ref-75"}, "external_ref_is_unique_in_the_clinic"),
    }


def test_every_list_uses_its_index(
    crowd: None, admin: Member, clinician: Member, questions: dict[str, tuple[dict[str, str], str]]
) -> None:
    plans = [(name, index, plan(admin, query)) for name, (query, index) in questions.items()]
    plans.append(("from the middle on", IN_ORDER, plan(admin, {}, MIDDLE)))
    plans.append(("a clinician's own", ASSIGNMENTS, plan(clinician, {})))

    wrong = [
        f"{name}\n{found}"
        for name, index, found in plans
        if "Seq Scan" in found or not re.search(rf"Index.* (using|on) \S*({index})", found)
    ]
    assert not wrong, "\n\n".join(wrong)
