"""Roles in a clinic and what each may do. Who may see which patient is decided in ``patients.selectors``."""

from enum import StrEnum, unique
from typing import Final


@unique
class Role(StrEnum):
    """What somebody is in a clinic."""

    ADMIN = "admin"
    CLINICIAN = "clinician"
    RESEARCHER = "researcher"
    SERVICE = "service"
    PATIENT = "patient"


@unique
class Act(StrEnum):
    """Something a role may or may not do."""

    READ_PATIENTS = "read patients"
    READ_READINGS = "read readings"
    READ_STATISTICS = "read statistics"
    WRITE_PATIENTS = "write patients"
    DELETE_PATIENTS = "delete patients"
    ASSIGN_CLINICIANS = "assign clinicians"
    WRITE_READINGS = "write readings"
    READ_SOURCES = "read sources"
    WRITE_SOURCES = "write sources"
    SYNC_SOURCES = "sync sources"
    MANAGE_KEYS = "manage keys"


READING: Final = frozenset({Act.READ_PATIENTS, Act.READ_READINGS, Act.READ_STATISTICS})
ALLOWED: Final[dict[Role, frozenset[Act]]] = {
    Role.ADMIN: frozenset(Act),
    Role.CLINICIAN: frozenset(Act) - {Act.ASSIGN_CLINICIANS, Act.WRITE_SOURCES, Act.MANAGE_KEYS},
    Role.RESEARCHER: frozenset(),
    Role.SERVICE: READING | {Act.WRITE_PATIENTS, Act.WRITE_READINGS},
    Role.PATIENT: READING,
}


@unique
class Scope(StrEnum):
    """What a service key may be limited to: one act each, and never more than the role service may."""

    PATIENTS_READ = "patients:read"
    PATIENTS_WRITE = "patients:write"
    READINGS_READ = "readings:read"
    READINGS_WRITE = "readings:write"
    STATISTICS_READ = "statistics:read"


ACT_OF: Final[dict[Scope, Act]] = {
    Scope.PATIENTS_READ: Act.READ_PATIENTS,
    Scope.PATIENTS_WRITE: Act.WRITE_PATIENTS,
    Scope.READINGS_READ: Act.READ_READINGS,
    Scope.READINGS_WRITE: Act.WRITE_READINGS,
    Scope.STATISTICS_READ: Act.READ_STATISTICS,
}
