"""The pages' sessions, each sealed for its own key: what stands in another's row opens nothing here."""

from typing import Any, Final

from django.contrib.sessions.backends.db import SessionStore as Rows

KEY: Final = "_session_key"


class SessionStore(Rows):
    """Django's, whose content names the key that it is of; a copy of somebody else's is an empty session."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The content, with the key."""
        return super().encode({**session_dict, KEY: self.session_key})

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """The content, where it is this session's."""
        content: dict[str, Any] = super().decode(session_data)
        return content if content.pop(KEY, None) == self.session_key else {}
