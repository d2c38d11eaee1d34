"""Lines of the log: what a database says of a row in an error stays out, for rows hold what people are and have."""

import logging
import re
from typing import Any, Final

# Up to the next part of the error, or what comes after it in a traceback.
OF_ROWS: Final = re.compile(
    r"^(DETAIL|CONTEXT):.*?(?=^(?:HINT|CONTEXT|DETAIL|QUERY):|^\s*$|\Z)", re.MULTILINE | re.DOTALL
)


class Line(logging.Formatter):
    """A record as text."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 -- as logging calls it
        """The traceback without the values of rows."""
        return OF_ROWS.sub(r"\1: left out\n", super().formatException(ei)).rstrip("\n")
