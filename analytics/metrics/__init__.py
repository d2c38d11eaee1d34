"""Pure metrics: no Django, no database. About one a file, each with unit, formula, empty case and source."""

from typing import Final

# Raise it with any change that can change a number; every answer names it.
DEFINITIONS_VERSION: Final = "1"
