"""A clinic's 90 days, loaded once, in the state that production keeps them in."""

import os
from dataclasses import dataclass
from functools import cache
from typing import Final
from uuid import UUID

import psycopg
from django.db import connection

from bench.copying import copy, encoded
from bench.dataset import NOW, about, cohort, delay_minutes
from bench.people import Clinic, clinic
from glucose.services.late import refresh, start_of_day

PATIENTS: Final = 50


@dataclass(frozen=True, slots=True)
class History:
    """Who it is of, and what to print of it."""

    clinic: Clinic
    about: str

    @property
    def patient_id(self) -> UUID:
        """The patient who is asked for: one in the middle."""
        return self.clinic.patients[PATIENTS // 2].id


@cache
def history() -> History:
    """Load the readings, refresh the aggregate up to the day, compress what is older than a day."""
    people = clinic("history", PATIENTS)
    samples = cohort([patient.id for patient in people.patients])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        copy(other, "binary", encoded(samples, delay_minutes(samples), "binary"))
        other.execute("ANALYZE reading")
    refresh(start_of_day(NOW).replace(year=NOW.year - 1), start_of_day(NOW))
    compressed, chunks = _compress_old_chunks()
    description = (
        f"{PATIENTS} patients, {len(samples):,} readings ({about()}); {compressed} of {chunks} chunks of 7 days"
        " are compressed (all that ended a day ago), the newest 4.5 days are in row form; the"
        " aggregate is fresh"
    )
    return History(people, description)


def _compress_old_chunks() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(compress_chunk(chunk))"
            " FROM show_chunks('reading', older_than => %s::timestamptz - INTERVAL '1 day') AS chunk",
            [NOW],
        )
        (compressed,) = cursor.fetchone() or (0,)
        cursor.execute("SELECT count(*) FROM show_chunks('reading')")
        (chunks,) = cursor.fetchone() or (0,)
        cursor.execute("VACUUM ANALYZE reading")
    return compressed, chunks
