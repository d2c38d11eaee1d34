"""Who is asking: every selector and service takes one."""

from dataclasses import dataclass
from uuid import UUID

from accounts.errors import NotAllowed
from accounts.roles import ALLOWED, Act, Role


@dataclass(frozen=True, slots=True)
class Caller:
    """A member of a clinic, as of this request.

    ``sees_all`` is whether every patient of the clinic is visible to them; if not, only the
    assigned ones are (or their own record, for a patient). ``limited_to`` is what the scopes of a
    service key leave of the role's acts; None where nothing is left out.
    """

    user_id: UUID
    clinic_id: UUID
    role: Role
    sees_all: bool
    limited_to: frozenset[Act] | None = None

    def may(self, act: Act) -> bool:
        """Whether the role, and the key where there is one, allow the act."""
        return act in ALLOWED[self.role] and (self.limited_to is None or act in self.limited_to)

    def require(self, act: Act) -> None:
        """NotAllowed where the role, or the key, does not allow the act."""
        if not self.may(act):
            whose = f"The role {self.role}" if act not in ALLOWED[self.role] else "This key"
            raise NotAllowed(f"{whose} may not {act}.")
