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


# Who is invited by mail; a service is no person.
PEOPLE: Final = (Role.ADMIN, Role.CLINICIAN, Role.RESEARCHER, Role.PATIENT)


@unique
class SecondFactorPolicy(StrEnum):
    """Whom a clinic wants to sign in with a second factor; a service never, it has no hand to type one."""

    OPTIONAL = "optional"
    STAFF = "staff"
    EVERYONE = "everyone"

    def requires(self, role: Role) -> bool:
        """Whether somebody of the role has to."""
        return role not in EXEMPT[self]


EXEMPT: Final[dict[SecondFactorPolicy, frozenset[Role]]] = {
    SecondFactorPolicy.OPTIONAL: frozenset(Role),
    SecondFactorPolicy.STAFF: frozenset({Role.SERVICE, Role.PATIENT}),
    SecondFactorPolicy.EVERYONE: frozenset({Role.SERVICE}),
}


@unique
class Act(StrEnum):
    """Something a role may or may not do."""

    READ_PATIENTS = "read patients"
    READ_READINGS = "read readings"
    READ_STATISTICS = "read statistics"
    WRITE_PATIENTS = "write patients"
    SET_TARGETS = "set targets"
    DELETE_PATIENTS = "delete patients"
    ASSIGN_CLINICIANS = "assign clinicians"
    WRITE_READINGS = "write readings"
    EXCLUDE_READINGS = "exclude readings"
    READ_TREATMENTS = "read treatments"
    WRITE_TREATMENTS = "write treatments"
    REMOVE_TREATMENTS = "remove treatments"
    READ_NOTES = "read notes"
    WRITE_NOTES = "write notes"
    READ_REVIEWS = "read reviews"
    WRITE_REVIEWS = "write reviews"
    SET_REVIEWS = "set how the clinic reviews"
    IMPORT_FILES = "import files"
    HANDLE_ALERTS = "handle alerts"
    SET_ALERT_RULES = "set alert rules"
    SET_CLINIC_RULES = "set the clinic's alert rules"
    READ_SOURCES = "read sources"
    WRITE_SOURCES = "write sources"
    SYNC_SOURCES = "sync sources"
    REBUILD_STATE = "rebuild state"
    MANAGE_KEYS = "manage keys"
    MANAGE_MEMBERS = "manage members"
    MANAGE_WORK = "manage background work"
    MANAGE_WEBHOOKS = "manage webhooks"


READING: Final = frozenset({Act.READ_PATIENTS, Act.READ_READINGS, Act.READ_TREATMENTS, Act.READ_STATISTICS})
ALLOWED: Final[dict[Role, frozenset[Act]]] = {
    Role.ADMIN: frozenset(Act),
    Role.CLINICIAN: frozenset(Act)
    - {
        Act.ASSIGN_CLINICIANS,
        Act.SET_REVIEWS,
        Act.SET_CLINIC_RULES,
        Act.WRITE_SOURCES,
        Act.REBUILD_STATE,
        Act.MANAGE_KEYS,
        Act.MANAGE_MEMBERS,
        Act.MANAGE_WORK,
        Act.MANAGE_WEBHOOKS,
    },
    Role.RESEARCHER: frozenset(),
    Role.SERVICE: READING | {Act.WRITE_PATIENTS, Act.WRITE_READINGS, Act.WRITE_TREATMENTS, Act.IMPORT_FILES},
    Role.PATIENT: READING,
}


@unique
class Scope(StrEnum):
    """What a service key may be limited to: one act each, and never more than the role service may."""

    PATIENTS_READ = "patients:read"
    PATIENTS_WRITE = "patients:write"
    READINGS_READ = "readings:read"
    READINGS_WRITE = "readings:write"
    TREATMENTS_READ = "treatments:read"
    TREATMENTS_WRITE = "treatments:write"
    STATISTICS_READ = "statistics:read"
    IMPORTS_WRITE = "imports:write"


ACT_OF: Final[dict[Scope, Act]] = {
    Scope.PATIENTS_READ: Act.READ_PATIENTS,
    Scope.PATIENTS_WRITE: Act.WRITE_PATIENTS,
    Scope.READINGS_READ: Act.READ_READINGS,
    Scope.READINGS_WRITE: Act.WRITE_READINGS,
    Scope.TREATMENTS_READ: Act.READ_TREATMENTS,
    Scope.TREATMENTS_WRITE: Act.WRITE_TREATMENTS,
    Scope.STATISTICS_READ: Act.READ_STATISTICS,
    Scope.IMPORTS_WRITE: Act.IMPORT_FILES,
}
