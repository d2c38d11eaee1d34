"""JSON out, by orjson: instants in UTC with Z, NumPy arrays as lists."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.encoding import force_str
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_SERIALIZE_NUMPY


def _plain(value: Any) -> Any:
    if isinstance(value, Promise):
        return force_str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


class JSONRenderer(BaseRenderer):
    """Renders what views answer; a NaN cannot leave, for orjson writes it as null."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Bytes of UTF-8; nothing for no data, as an answer 204 wants it."""
        return b"" if data is None else orjson.dumps(data, default=_plain, option=OPTIONS)
