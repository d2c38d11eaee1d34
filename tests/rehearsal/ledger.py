"""What the writers were told is done, against what the database holds in the end."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.rehearsal.clinic import ERA_END, PATIENTS, Clinic
from tests.rehearsal.sender import Sender


@dataclass
class Ledger:
    """Each by a writer of its own."""

    readings: dict[int, int] = field(default_factory=dict)
    duplicates: int = 0
    notes: list[str] = field(default_factory=list)
    reference: str | None = None
    carb_ratio: int | None = None
    made: int = 0
    left: int = 0
    uploads: int = 0


def differences(ledger: Ledger, clinic: Clinic, database_url: str, sender: Sender) -> Iterator[tuple[str, str]]:
    """What was looked at, and what is wrong with it or nothing."""
    with psycopg.connect(database_url, autocommit=True) as connection:

        def one(query: str, *given: Any) -> Any:
            row = connection.execute(query, given).fetchone()
            return row[0] if row else None

        stored = connection.execute(
            "SELECT extract(epoch FROM time)::bigint, mg_dl FROM reading WHERE patient_id = %s AND time < %s",
            [clinic.patients[0], ERA_END],
        ).fetchall()
        yield "readings, lost or another", _difference(dict(stored), ledger.readings)
        yield "readings, stored twice", "" if not ledger.duplicates else f"{ledger.duplicates} were told as duplicates"
        written = sender.http.get(f"/api/v1/patients/{clinic.patients[1]}/notes/?page_size=1000").json()["results"]
        yield "notes, lost or twice", _difference(Counter(note["text"] for note in written), Counter(ledger.notes))
        in_table = one("SELECT count(*) FROM patients_note WHERE patient_id = %s", clinic.patients[1])
        yield "notes in the database", _difference(in_table, len(ledger.notes))
        yield "patients made", _difference(one("SELECT count(*) FROM patients_patient"), PATIENTS + ledger.made)
        gone = one("SELECT count(*) FROM patients_patient WHERE deleted_at IS NOT NULL")
        yield "patients taken out", _difference(gone, ledger.left)
        yield "files", _difference(one("SELECT count(*) FROM glucose_import"), ledger.uploads)
    patient = f"/api/v1/patients/{clinic.patients[2]}/"
    yield "the last change", _difference(sender.http.get(patient).json()["external_ref"], ledger.reference)
    profile = sender.http.get(f"{patient}health-profile/").json()
    yield "the last profile", _difference(profile["carb_ratio_g_per_unit"], ledger.carb_ratio)


def _difference(found: object, told: object) -> str:
    if found == told:
        return ""
    if isinstance(found, dict) and isinstance(told, dict):
        return f"{len(told)} were acknowledged, {len(found)} are there, {len(found.items() ^ told.items())} differ"
    return f"{told} was acknowledged, {found} is there"
