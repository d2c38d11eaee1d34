"""JSON in: what cannot be read is a ParseError in our own words."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser as RestFrameworkJSONParser

from api.errors import BodyTooDeep


class JSONParser(RestFrameworkJSONParser):
    """Reads JSON in UTF-8."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value; BodyTooDeep or, where it is no JSON, ParseError."""
        try:
            value = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise BodyTooDeep(settings.MAX_JSON_DEPTH) from None
        except ParseError as error:
            found = error.__cause__ or error.__context__
            where = f": {found.msg}, line {found.lineno}" if isinstance(found, json.JSONDecodeError) else ""
            raise ParseError(f"The body is not JSON in UTF-8{where}.") from None
        _check_depth(value, settings.MAX_JSON_DEPTH)
        return value


class TolerantJSONParser(JSONParser):
    """Reads NaN and Infinity, which JSON does not have but clients write; the values are rejected later, by index."""

    strict = False


def _check_depth(value: Any, highest: int) -> None:
    """BodyTooDeep where lists and objects lie deeper in each other; level by level, without recursion."""
    depth, level = 0, [value]
    while containers := [node for node in level if isinstance(node, (dict, list))]:
        depth += 1
        if depth > highest:
            raise BodyTooDeep(highest)
        level = [inner for node in containers for inner in (node.values() if isinstance(node, dict) else node)]
