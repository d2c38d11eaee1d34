"""What speaks against a file being this patient's: other devices at the same time."""

from datetime import UTC, datetime
from typing import Any, Final

from glucose.models import Import
from glucose.selectors.imports import other_imports, worn_between

OTHER_DEVICE: Final = "other_device"


def warnings_of(found: Import) -> list[dict[str, str]]:
    """One for each device of the file that measured while the patient, as far as is known, wore another one."""
    others = other_imports(found)
    return [warning for device in found.devices if (warning := _warning(found, device, others))]


def _warning(found: Import, device: dict[str, Any], others: list[dict[str, Any]]) -> dict[str, str] | None:
    if not device["serial"]:
        return None
    start, end = (datetime.fromtimestamp(device[name], UTC) for name in ("first", "last"))
    known = set(worn_between(found.patient_id, start, end))
    known |= {one["serial"] for one in others if one["first"] <= device["last"] and one["last"] >= device["first"]}
    known.discard("")
    if not known or device["serial"] in known:
        return None
    words = (
        f"From {start:%Y-%m-%d} to {end:%Y-%m-%d} the file is of the device {device['serial']}, and the patient's"
        f" readings are of {', '.join(sorted(known)[:5])}. Make sure that the file is this patient's."
    )
    return {"code": OTHER_DEVICE, "words": words}
