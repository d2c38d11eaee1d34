"""What speaks against a file being this patient's: other devices at the same time, and other values."""

from datetime import UTC, datetime
from typing import Any, Final

from glucose.agreement import Agreement
from glucose.models import Import
from glucose.selectors.imports import other_imports, worn_between

OTHER_DEVICE: Final = "other_device"
OTHER_VALUES: Final = "other_values"
# Of one person's two sensors a few percent differ so much, of two persons' most: docs/adr/0074.
MOST_DIFFERENT: Final = 0.2
# An hour of a sensor that measures every five minutes; of fewer, a share says nothing.
LEAST_COMMON: Final = 12


def warnings_of(found: Import, agreement: Agreement) -> list[dict[str, str]]:
    """One for each device of the file that measured while the patient wore another one, and one for other values.

    ``agreement`` is that of a dry run; what is stored is no more compared.
    """
    others = other_imports(found)
    devices = [warning for device in found.devices if (warning := _warning(found, device, others))]
    return [*devices, *_of_values(agreement)]


def _of_values(agreement: Agreement) -> list[dict[str, str]]:
    share = agreement.different_share()
    if share is None or agreement.common < LEAST_COMMON or share <= MOST_DIFFERENT:
        return []
    words = (
        f"Of the {agreement.common} readings of the file whose minutes are told already, {share:.0%} differ from those"
        " by more than 20 mg/dL or 20 %. Make sure that the file is this patient's, and timezone right."
    )
    return [{"code": OTHER_VALUES, "words": words}]


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
