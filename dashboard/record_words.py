"""What a patient's record is called on pages, and what its script says."""

from typing import Any

from django.utils.translation import gettext as _

from patients.choices import DiabetesType, Sex, Status, TargetSet


def choices_of_record() -> dict[str, list[tuple[str, str]]]:
    """By field, each value with its words; the patient's own targets cannot be chosen here."""
    return {
        "diabetes_types": [
            (DiabetesType.UNKNOWN.value, _("Not known")),
            (DiabetesType.TYPE_1.value, _("Type 1")),
            (DiabetesType.TYPE_2.value, _("Type 2")),
            (DiabetesType.GESTATIONAL.value, _("Gestational")),
            (DiabetesType.LADA.value, "LADA"),
            (DiabetesType.MODY.value, "MODY"),
            (DiabetesType.OTHER.value, _("Another type")),
        ],
        "sexes": [
            (Sex.UNKNOWN.value, _("Not known")),
            (Sex.FEMALE.value, _("Female")),
            (Sex.MALE.value, _("Male")),
            (Sex.OTHER.value, _("Another")),
        ],
        "target_sets": [
            (TargetSet.T1_T2.value, _("Type 1 and type 2")),
            (TargetSet.OLDER_HIGH_RISK.value, _("Older or at high risk")),
            (TargetSet.PREGNANCY_T1.value, _("Pregnancy with type 1")),
        ],
        "statuses": [
            (Status.ACTIVE.value, _("Followed")),
            (Status.PAUSED.value, _("Paused")),
            (Status.DISCHARGED.value, _("Discharged")),
        ],
    }


def record_words() -> dict[str, Any]:
    """By the names that `record.js` uses; `{…}` is filled in there."""
    return {
        "offline": _("The server does not answer."),
        "request": _("Request"),
        "name_missing": _("Say what the patient is called."),
        "same": _("There is a patient of this name already:"),
        "same_many": _("There are patients of this name already:"),
        "born": _("born on {date}"),
        "unsure": _("Look whether it is the same person, or say that it is another one."),
        "saved": _("{name} is saved."),
        "nothing": _("Nothing is changed."),
        "changed_meanwhile": _("Somebody changed this patient meanwhile. Load the page again to see how it is now."),
        "added": _("{name} is added."),
    }
