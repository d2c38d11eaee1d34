"""Who is asking: every selector and service takes one."""

from dataclasses import dataclass
from uuid import UUID

from accounts.errors import NotAllowed
from accounts.roles import ALLOWED, Act, Role


@dataclass(frozen=True, slots=True)
class Caller:
    """A member of a clinic, as of this request.

    ``sees_all`` is whether every patient of the clinic is visible to them; if not, only the
    assigned ones are (or their own record, for a patient).
    """

    user_id: UUID
    clinic_id: UUID
    role: Role
    sees_all: bool

    def require(self, act: Act) -> None:
        """NotAllowed where the role does not allow the act."""
        if act not in ALLOWED[self.role]:
            raise NotAllowed(f"The role {self.role} may not {act}.")
