"""Retention: off, unless a clinic says how long it keeps readings."""

import logging
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import F

import sql
from accounts.models import Clinic
from glucose.binary_arrays import uuid_array
from glucose.models import LateRange, LatestReading
from glucose.selectors.readings import oldest_time
from patients.models import Patient

log = logging.getLogger(__name__)


def apply_retention(*, now: datetime) -> int:
    """Delete the readings of each clinic that are older than it keeps them; how many were deleted."""
    return sum(_apply(clinic, now) for clinic in Clinic.objects.exclude(retention_days=None))


@transaction.atomic
def _apply(clinic: Clinic, now: datetime) -> int:
    before = now - timedelta(days=clinic.retention_days or 0)
    ids = list(Patient.objects.filter(clinic=clinic).values_list("id", flat=True))
    packed = uuid_array(np.frombuffer(b"".join(patient.bytes for patient in ids), dtype="V16"))
    oldest = oldest_time(packed, before)
    if oldest is None:
        return 0
    deleted = sql.run("delete_old_readings", {"patients": packed, "before": before})
    LatestReading.objects.filter(patient_id__in=ids, time__lt=before).delete()
    # The daily aggregate still shows what is gone: until it is refreshed, answers come from raw.
    LateRange.objects.bulk_create(
        [LateRange(patient_id=patient, first_time=oldest, last_time=before) for patient in ids]
    )
    Patient.objects.filter(id__in=ids).update(data_version=F("data_version") + 1)
    log.info("clinic %s keeps %s days: %d readings deleted", clinic.id, clinic.retention_days, deleted)
    return deleted
