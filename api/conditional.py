"""Conditional requests (RFC 9110): tags of answers, 304 for what a client has, 412 for what changed meanwhile.

What is computed from readings has a weak tag of the patient's data version and of everything else that the answer
depends on. A record that can be changed has a strong tag of two parts, ``"record.moment"``: the record itself, and what
its answer shows beside it (an age, a state). A change asks about the first part only.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import orjson
from django.apps import apps
from django.conf import settings
from django.http import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import PreconditionFailed

Answer = TypeVar("Answer", bound=HttpResponseBase)
# Whoever else may keep it, each use is asked for again: an answer about glucose is never silently old.
CACHE_CONTROL = "private, no-cache"
# What answers are written by: modules, templates of paper, and words of languages.
OWN = ("*.py", "*.typ", "*.mo")


def computed_tag(request: Request, *parts: Any) -> str:
    """The weak tag of an answer that is computed from the parts, by this code, in the form that is accepted.

    Read the data version before the data: a tag may be older than its answer, never newer.
    """
    return f'W/"{digest(code_version(), request.accepted_media_type, *parts)}"'


def record_tag(record: str, *moment: Any) -> str:
    """The strong tag of a record, and of what its answer shows beside it."""
    return f'"{record}.{digest(code_version(), *moment)}"'


def digest(*parts: Any) -> str:
    """128 bits of SHA-256 over the parts, as text."""
    return sha256(orjson.dumps(parts, default=str)).hexdigest()[:32]


@cache
def code_version() -> str:
    """A digest of the product's own modules: a new release may write the same data in another way."""
    base = Path(settings.BASE_DIR)
    own = {Path(config.path) for config in apps.get_app_configs() if Path(config.path).parent == base}
    files = sorted(path for folder in own | {base / "api", base / "sql"} for kind in OWN for path in folder.rglob(kind))
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def not_modified(request: Request, tag: Callable[[], str]) -> Response | None:
    """304 where the client has what the tag stands for; None where it does not, or does not ask.

    The tag is computed only where the client sent one.
    """
    given = request.headers.get("If-None-Match")
    if given is None:
        return None
    current = tag()
    known = {one.removeprefix("W/") for one in parse_etags(given)}
    if "*" not in known and current.removeprefix("W/") not in known:
        return None
    return tagged(Response(status=304), current)


def tagged(response: Answer, tag: str) -> Answer:
    """The response with its tag, for the client's own cache."""
    response["ETag"] = tag
    response["Cache-Control"] = CACHE_CONTROL
    patch_vary_headers(response, ["Accept", "Accept-Encoding", "Authorization"])
    return response


def expected_records(request: Request) -> frozenset[str] | None:
    """The records that ``If-Match`` names; None where the change has no condition. A weak tag names none."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    tags = [tag for tag in parse_etags(given) if tag.startswith('"')]
    return frozenset(tag.strip('"').partition(".")[0] for tag in tags)


def check_expected(expected: frozenset[str] | None, record: Callable[[], str]) -> None:
    """PreconditionFailed where the record is none of the expected; call it with the record locked."""
    if expected is not None and record() not in expected:
        raise PreconditionFailed
