"""What stands for the whole clinic and is set by the operator, for a page to show."""

from typing import Any

from accounts.callers import Caller
from accounts.models import Clinic


def policies_of(caller: Caller) -> dict[str, Any]:
    """Whom the clinic wants a second factor of, whether clinicians see everybody, and how long readings are kept."""
    clinic = Clinic.objects.get(id=caller.clinic_id)
    return {
        "second_factor": clinic.second_factor,
        "clinicians_see_all": clinic.clinicians_see_all,
        "retention_days": clinic.retention_days,
    }
