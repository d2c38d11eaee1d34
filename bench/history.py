"""A clinic's 90 days, loaded once, in the state that production keeps them in."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from uuid import UUID

import numpy as np
import psycopg
from django.db import connection

from bench.copying import copy, encoded
from bench.dataset import DAYS, NOW, SEED, UTC_OFFSET_MINUTES, about, cohort, delay_minutes
from bench.people import Clinic, clinic
from glucose.provenance import Source
from glucose.samples import Samples, samples
from glucose.services.ingest import store
from glucose.services.late import refresh, start_of_day

PATIENTS: Final = 50
# As many as are in memory at once.
AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class History:
    """Who it is of, and what to print of it."""

    clinic: Clinic
    about: str

    @property
    def patient_id(self) -> UUID:
        """The patient who is asked for: one in the middle."""
        return self.clinic.patients[len(self.clinic.patients) // 2].id


@cache
def history() -> History:
    """The history that ends at the dataset's own end: the same at every run."""
    return loaded(clinic("history", PATIENTS), NOW)


def loaded(people: Clinic, end: datetime, days_of_others: int = DAYS) -> History:
    """Load the readings, refresh the aggregate up to the last day, compress what is older than a day.

    The first 50 patients have 90 days; those after them may have fewer, which loads faster.
    """
    patients = [patient.id for patient in people.patients]
    readings = 0
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        for number, start in enumerate(range(0, len(patients), AT_ONCE)):
            days = days_of_others if number else DAYS
            traces = cohort(patients[start : start + AT_ONCE], days, end, seed=SEED + number)
            copy(other, "binary", encoded(traces, delay_minutes(traces), "binary"))
            readings += len(traces)
        other.execute("ANALYZE reading")
    refresh(start_of_day(end) - timedelta(days=365), start_of_day(end))
    compressed, chunks = _compress_old_chunks(end)
    alike = days_of_others == DAYS or len(patients) <= AT_ONCE
    lengths = f"{DAYS} days each" if alike else f"{AT_ONCE} have {DAYS} days, the others {days_of_others},"
    described = (
        f"{len(patients)} patients, {readings:,} readings ({about(lengths, end)}); {compressed} of {chunks} chunks"
        " of 7 days are compressed (all that ended a day ago), the newest are in row form; the aggregate is fresh"
    )
    return History(people, described)


def store_newest(people: Clinic, time: datetime) -> None:
    """A reading of each patient through the ingest, which knows the newest of each and its today from then on.

    The planner knows of the people afterwards, as it does where autovacuum has come by.
    """
    at, value = np.array([int(time.timestamp())]), np.array([120])
    batch = [
        samples(patient.id, at, value, utc_offset_minutes=UTC_OFFSET_MINUTES, source=int(Source.LIBRELINKUP_CURRENT))
        for patient in people.patients
    ]
    store(Samples.joined(batch), now=time)
    with connection.cursor() as cursor:
        ids = [patient.id for patient in people.patients]
        cursor.execute("SELECT secured.sum_recent_days(id) FROM unnest(%s::uuid[]) AS id", [ids])
        cursor.execute("ANALYZE latest_reading, recent_day, patients_patient, patients_careassignment")


def _compress_old_chunks(end: datetime) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(compress_chunk(chunk))"
            " FROM show_chunks('reading', older_than => %s::timestamptz - INTERVAL '1 day') AS chunk",
            [end],
        )
        (compressed,) = cursor.fetchone() or (0,)
        cursor.execute("SELECT count(*) FROM show_chunks('reading')")
        (chunks,) = cursor.fetchone() or (0,)
        cursor.execute("VACUUM ANALYZE reading")
    return compressed, chunks
