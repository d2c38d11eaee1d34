"""Who sees whom: the statements for one patient, for lists and for what is announced are the same rule."""

from collections.abc import Callable

import pytest

from accounts.models import Clinic
from accounts.roles import Role
from glucose.announced import Announcement
from glucose.selectors.live import readings_at, visible_ids
from patients.errors import PatientNotFound
from patients.models import Patient
from patients.selectors import COLUMNS, visible_patient, visible_patients
from tests.conftest import NOW, Member, put


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("clinicians_see_all", [False, True])
def test_one_patient_and_lists_of_patients_follow_the_same_rule(
    clinic: Clinic,
    other_clinic: Clinic,
    member: Callable[..., Member],
    make_patient: Callable[..., Patient],
    role: Role,
    clinicians_see_all: bool,
) -> None:
    clinic.clinicians_see_all = clinicians_see_all
    clinic.save()
    someone = member(clinic, role)
    patients = {
        "assigned": make_patient(clinic, someone),
        "own": make_patient(clinic, user=someone.user),
        "unassigned": make_patient(clinic),
        "deleted": make_patient(clinic, someone, deleted_at=NOW),
        "of another clinic": make_patient(other_clinic, someone),
    }
    listed = set(visible_patients(someone.caller).values_list("id", flat=True))
    for patient in patients.values():
        put(patient, 100, start=NOW)
    told = [Announcement((1, 0), patient.id, int(NOW.timestamp())) for patient in patients.values()]
    announced = {patient_id for patient_id, _ in readings_at(someone.user.id, told)}

    single = set()
    for patient in patients.values():
        try:
            found = visible_patient(someone.caller, patient.id)
        except PatientNotFound:
            continue
        patient.refresh_from_db()
        assert [getattr(found, name) for name in COLUMNS] == [getattr(patient, name) for name in COLUMNS]
        single.add(patient.id)

    everyone = {patients[name].id for name in ("assigned", "own", "unassigned")}
    expected = {
        Role.ADMIN: everyone,
        Role.SERVICE: everyone,
        Role.CLINICIAN: everyone if clinicians_see_all else {patients["assigned"].id},
        Role.RESEARCHER: set(),
        Role.PATIENT: {patients["own"].id},
    }
    assert listed == single == announced == visible_ids(someone.caller) == expected[role]
