"""Which addresses are pages: a browser's, with a session, a language and errors in HTML."""

from typing import Final

ACCOUNT: Final = "/account/"
CLINIC: Final = "/clinic/"
# What the pages' scripts ask: the API's own views, by the session.
DATA: Final = f"{CLINIC}data/"


def is_page(path: str) -> bool:
    """Whether it is the address of a page, not of data or a file."""
    return path.startswith((ACCOUNT, CLINIC)) and not path.startswith(DATA)
