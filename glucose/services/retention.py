"""Retention: off, unless a clinic says how long it keeps readings."""

import logging
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.db import transaction
from django.db.models import F

import sql
from accounts.models import Clinic
from glucose.binary_arrays import uuid_array
from glucose.models import Gap, GapLedger, LateRange, LatestReading
from glucose.selectors.readings import oldest_times
from glucose.services.late import start_of_day
from patients.models import Patient

log = logging.getLogger(__name__)
LONGEST_DAYS: Final = 36_500


def apply_retention(*, now: datetime) -> int:
    """Delete the readings of each clinic that are older than it keeps them; how many were deleted."""
    return sum(_apply(clinic, now) for clinic in Clinic.objects.exclude(retention_days=None))


@transaction.atomic
def _apply(clinic: Clinic, now: datetime) -> int:
    # The calendar ends, and with it would the retention of every clinic after this one.
    before = now - timedelta(days=min(clinic.retention_days or 0, LONGEST_DAYS))
    ids = list(Patient.objects.filter(clinic=clinic).values_list("id", flat=True))
    packed = uuid_array(np.frombuffer(b"".join(patient.bytes for patient in ids), dtype="V16"))
    # The same lock as the ingest's: nobody decides by readings that are just being deleted.
    sql.rows("lock_patients", {"patients": packed})
    oldest = oldest_times(packed, before)
    if not oldest:
        return 0
    deleted = sql.run("delete_old_readings", {"patients": packed, "before": before})
    LatestReading.objects.filter(patient_id__in=oldest, time__lt=before).delete()
    # The daily aggregate still shows what is gone: until it is refreshed, answers come from raw.
    LateRange.objects.bulk_create(
        [LateRange(patient_id=patient, first_time=first, last_time=before) for patient, first in oldest.items()]
    )
    if before > start_of_day(now):
        for patient in oldest:
            sql.row("sum_recent_days", {"patient": patient})
    # What is not kept is not missing either.
    Gap.objects.filter(patient_id__in=ids, end__lte=before).delete()
    GapLedger.objects.filter(patient_id__in=ids, since__lt=before).update(since=before)
    Patient.objects.filter(id__in=oldest).update(data_version=F("data_version") + 1)
    log.info("clinic %s keeps %s days: %d readings deleted", clinic.id, clinic.retention_days, deleted)
    return deleted
