"""Keyset pages: a cursor says after which key to go on, so that rows that arrive meanwhile shift nothing."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from django.conf import settings
from django.db.models import Model, QuerySet
from rest_framework.request import Request

from api.errors import InvalidInput, PageTooLarge
from api.windows import whole_number

DEFAULT_PAGE_SIZE = 100

Row = TypeVar("Row")
AnyModel = TypeVar("AnyModel", bound=Model)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of a list starts: the key it goes on from, and whether it reads backwards."""

    of: str
    key: tuple[Any, ...] | None = None
    backwards: bool = False

    def encode(self) -> str:
        """Opaque to clients, URL-safe."""
        packed = orjson.dumps([self.of, self.backwards, *(self.key or ())], default=str)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """How many rows are asked for, and from where."""

    cursor: Cursor
    size: int


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in the order of the list, and the cursors of its neighbours."""

    rows: Sequence[Row]
    next: Cursor | None
    previous: Cursor | None


def requested_page(request: Request, of: str, key_types: Sequence[Callable[[Any], Any]]) -> PageRequest:
    """``page_size`` and ``cursor`` of the query, for the list named ``of``.

    ``key_types`` turn the cursor's parts back into the key's.
    """
    highest = settings.MAX_PAGE_SIZE
    _check_size(request.query_params.get("page_size", ""), highest)
    size = whole_number(request.query_params, "page_size", min(DEFAULT_PAGE_SIZE, highest), lowest=1, highest=highest)
    text = request.query_params.get("cursor")
    return PageRequest(Cursor(of) if text is None else _decode(text, of, key_types), size)


def page_of(rows: Sequence[Row], asked: PageRequest, key: Callable[[Row], tuple[Any, ...]]) -> Page[Row]:
    """The page from ``size + 1`` rows that were read in the cursor's direction."""
    more, kept = len(rows) > asked.size, list(rows[: asked.size])
    if asked.cursor.backwards:
        kept.reverse()
    has_next = more if not asked.cursor.backwards else True
    has_previous = more if asked.cursor.backwards else asked.cursor.key is not None
    return Page(
        kept,
        Cursor(asked.cursor.of, key(kept[-1])) if kept and has_next else None,
        Cursor(asked.cursor.of, key(kept[0]), backwards=True) if kept and has_previous else None,
    )


def newest_page(request: Request, of: str, rows: "QuerySet[AnyModel]") -> Page[AnyModel]:
    """The page of rows whose ids tell their age (UUID 7), newest first."""
    asked = requested_page(request, of, [UUID])
    rows = rows.order_by("id" if asked.cursor.backwards else "-id")
    if asked.cursor.key:
        rows = rows.filter(**{"id__gt" if asked.cursor.backwards else "id__lt": asked.cursor.key[0]})
    return page_of(list(rows[: asked.size + 1]), asked, lambda row: (row.pk,))


def page_answer(request: Request, page: Page[Any], results: list[Any]) -> dict[str, Any]:
    """``{next, previous, results}`` with absolute links that keep the rest of the query."""
    return {"next": _link(request, page.next), "previous": _link(request, page.previous), "results": results}


def _link(request: Request, cursor: Cursor | None) -> str | None:
    if cursor is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor.encode()
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _check_size(text: str, highest: int) -> None:
    """PageTooLarge for a number above the highest."""
    if text.isascii() and text.isdigit() and (len(text) > 9 or int(text) > highest):
        reason = f"a page may have {highest} rows; follow next for more"
        raise PageTooLarge(reason, [{"parameter": "page_size", "detail": reason}])


def _decode(text: str, of: str, key_types: Sequence[Callable[[Any], Any]]) -> Cursor:
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        name, backwards, *parts = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if name != of or not isinstance(backwards, bool):
            raise ValueError
        key = tuple(turn(part) for turn, part in zip(key_types, parts, strict=True))
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error):
        raise InvalidInput.parameter("cursor", "is not a cursor of this list; start without one") from None
    return Cursor(of, key, backwards)
