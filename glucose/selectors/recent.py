"""The readings of the last hours of several patients at once: what a list of them draws."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sql


def recent_readings(patient_ids: Sequence[UUID], since: datetime) -> dict[UUID, tuple[list[int], list[int]]]:
    """Epoch seconds and mg/dL of each patient, oldest first, excluded ones left out.

    Whoever the caller of the transaction may not read, or has no reading since then, is not among them.
    """
    rows = sql.rows("recent_readings", {"patients": list(patient_ids), "since": since})
    return {patient_id: (seconds, mg_dl) for patient_id, seconds, mg_dl in rows}
