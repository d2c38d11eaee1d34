"""A clinic with patients and somebody who is signed in."""

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.utils import timezone

from accounts.callers import Caller
from accounts.models import Membership, User
from accounts.roles import Role
from accounts.services import create_clinic
from accounts.sessions import start_session
from patients.models import Patient
from patients.services import create_patient


@dataclass(frozen=True, slots=True)
class Clinic:
    """The patients, and the clinician who cares for them with an access token."""

    patients: list[Patient]
    clinician: Caller
    token: str


@cache
def clinic(name: str, patients: int) -> Clinic:
    """The clinic of that name, made at the first call."""
    user = User.objects.create(username=f"bench {name}")
    membership = Membership.objects.create(user=user, clinic=create_clinic(name=name), role=Role.CLINICIAN)
    caller = membership.caller()
    made = [create_patient(caller, name=f"Paciente {n}", timezone="America/Sao_Paulo") for n in range(patients)]
    return Clinic(made, caller, start_session(user, HttpRequest(), timezone.now()).access)
