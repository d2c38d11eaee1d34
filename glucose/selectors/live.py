"""What the stream of new readings shows: the announced readings, as far as somebody may see them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BinaryField, Func

import sql
from accounts import identity
from accounts.callers import Caller
from accounts.encryption import SealedField
from accounts.roles import ALLOWED, Act
from glucose.announced import Announcement
from glucose.binary_arrays import uuid_values
from glucose.models import LatestReading
from glucose.samples import uuids
from patients.models import Patient
from patients.selectors import visible_patients

NAME: Final = next(
    field for field in Patient._meta.concrete_fields if isinstance(field, SealedField) and field.name == "name"
)


def visible_ids(caller: Caller) -> frozenset[UUID]:
    """The patients whose new readings the caller is shown."""
    if Act.READ_READINGS not in ALLOWED[caller.role]:
        return frozenset()
    found = visible_patients(caller).order_by().aggregate(ids=_Sent(ArrayAgg("id", order_by="id")))
    return _ids(bytes(found["ids"] or b""))


class _Sent(Func):
    """An array as the server sends it: one value in place of a row for each patient."""

    function, output_field = "array_send", BinaryField()


@lru_cache(maxsize=256)
def _ids(sent: bytes) -> frozenset[UUID]:
    """Kept, because the same is asked for each stream each minute, and seldom differs."""
    return frozenset(uuids(uuid_values(sent))) if sent else frozenset()


def readings_at(user_id: UUID, announced: Iterable[Announcement]) -> dict[tuple[UUID, int], LatestReading]:
    """Those of the announced readings that are stored and that the user may see, by patient and epoch second.

    In a transaction of its own, in the user's name: the database decides again what it gives.
    """
    asked: Sequence[tuple[UUID, int]] = [(one.patient, one.time) for one in announced if one.patient is not None]
    if not asked:
        return {}
    given = {
        "patients": [patient for patient, _ in asked],
        "times": [datetime.fromtimestamp(time, UTC) for _, time in asked],
    }
    with identity.acting(user_id):
        rows = sql.rows("readings_at", given)
    names: dict[UUID, Patient] = {}
    found = {}
    for patient_id, sealed, time, mg_dl, trend, source, out_of_range, offset, excluded in rows:
        if patient_id not in names:
            names[patient_id] = Patient(id=patient_id, name=NAME.from_db_value(sealed))
        found[patient_id, int(time.timestamp())] = LatestReading(
            patient=names[patient_id],
            time=time,
            mg_dl=mg_dl,
            trend=trend,
            source=source,
            out_of_range=out_of_range,
            utc_offset_minutes=offset,
            excluded=excluded,
        )
    return found
