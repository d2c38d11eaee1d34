"""Users that a body names: who cares for a patient, and whose record it is."""

from typing import Final

from tests.security.world import World

# By who is named: the status where the caller may name somebody; None is that of success.
CARERS: Final[dict[str, int | None]] = {
    "clinician": None,
    "unassigned": None,
    "admin": None,
    "newcomer": 422,  # a patient cares for nobody
    "researcher": 422,
    "every scope": 422,
    "outsider": 422,
    "other clinic's": 422,
    "unknown": 422,
}
OWNERS: Final[dict[str, int | None]] = {
    "newcomer": None,
    "neighbour": 409,  # has a record
    "clinician": 422,
    "deactivated": 422,
    "outsider": 422,
    "other clinic's": 422,
    "unknown": 422,
}


def user_of(kind: str, relation: str, home: dict[str, str], world: World) -> str:
    """The id that stands in the body: of the other clinic somebody who would do there; "" where there is nobody."""
    if relation == "other clinic's":
        return world.theirs.users["clinician" if kind == "clinicians" else "newcomer"]
    return home.get(relation, "")
