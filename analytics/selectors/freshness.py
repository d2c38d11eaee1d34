"""Whether the daily aggregate may answer: not over a range with late readings that no refresh covered yet."""

from datetime import datetime
from uuid import UUID

import sql


def aggregate_is_current(patient_id: UUID, start: datetime, end: datetime) -> bool:
    """Whether everything of the patient in the window shows in the daily aggregate."""
    (pending,) = sql.row("late_ranges_of_patient", {"patient": patient_id, "start": start, "end": end}, prepare=True)
    return not pending
