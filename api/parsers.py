"""JSON in: what cannot be read is a ParseError in our own words."""

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser as RestFrameworkJSONParser


class JSONParser(RestFrameworkJSONParser):
    """Reads JSON in UTF-8."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value; ParseError where it is nested too deeply or no JSON."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("The body is nested too deeply.") from None
        except ParseError as error:
            found = error.__cause__ or error.__context__
            where = f": {found.msg}, line {found.lineno}" if isinstance(found, json.JSONDecodeError) else ""
            raise ParseError(f"The body is not JSON in UTF-8{where}.") from None


class TolerantJSONParser(JSONParser):
    """Reads NaN and Infinity, which JSON does not have but clients write; the values are rejected later, by index."""

    strict = False
