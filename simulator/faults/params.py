"""Readers of parameters: each is given the fields and a name, and raises ``InvalidError``."""

import re
import uuid
from typing import Any

from simulator.accounts import normalised
from simulator.faults.kind import Reader
from simulator.fields import Fields, InvalidError
from simulator.instants import rfc3339, zone
from simulator.regions import REGIONS

HEADER_TEXT = re.compile(r"[\x20-\x7e]{1,100}")
VERSION = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,5}")
MOST_OFFSET_MINUTES = 18 * 60
DATE = "date"


def number(low: float, high: float, default: float) -> Reader:
    """A number between the two."""
    return lambda fields, name: fields.number(name, low=low, high=high, default=default)


def integer(low: int, high: int, default: int) -> Reader:
    """A whole number between the two."""
    return lambda fields, name: fields.integer(name, low=low, high=high, default=default)


def text(default: str | None = None) -> Reader:
    """A text; without a default it may be absent."""
    return lambda fields, name: default if fields.raw(name) is None else fields.text(name)


def version(default: str) -> Reader:
    """A version of the client's, as numbers with dots."""

    def read(fields: Fields, name: str) -> str:
        value = fields.text(name, default)
        if not VERSION.fullmatch(value):
            raise InvalidError(f"{name}: expected a version such as {default}")
        return value

    return read


def flag(default: bool) -> Reader:
    """True or false."""

    def read(fields: Fields, name: str) -> bool:
        value = fields.raw(name) if fields.has(name) else default
        if not isinstance(value, bool):
            raise InvalidError(f"{name}: expected true or false")
        return value

    return read


def instant(fields: Fields, name: str) -> str | None:
    """An instant as RFC 3339, or None when absent."""
    moment_ms = fields.optional_instant(name)
    return None if moment_ms is None else rfc3339(moment_ms)


def retry_after(default: int | None = None) -> Reader:
    """Seconds, ``date`` for an HTTP date, any other text as it is, or null for none."""

    def read(fields: Fields, name: str) -> Any:
        value = fields.raw(name) if fields.has(name) else default
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9):
            return value
        if isinstance(value, str) and HEADER_TEXT.fullmatch(value):
            return value
        raise InvalidError(f"{name}: expected seconds, {DATE!r}, a printable text or null")

    return read


def patient(fields: Fields, name: str) -> str | None:
    """The id of one patient, or None for each."""
    value = fields.raw(name)
    if value is None:
        return None
    try:
        return str(uuid.UUID(value if isinstance(value, str) else ""))
    except ValueError as error:
        raise InvalidError(f"{name}: expected a patient's id") from error


def email(fields: Fields, name: str) -> str:
    """The address of an account."""
    return normalised(fields.text(name))


def region(fields: Fields, name: str) -> str | None:
    """A region of the vendor, or None when absent."""
    return None if fields.raw(name) is None else fields.choice(name, REGIONS)


def timezone(fields: Fields, name: str) -> str | None:
    """The name of a time zone, or None when absent."""
    if fields.raw(name) is None:
        return None
    found = fields.text(name)
    try:
        zone(found)
    except (ValueError, OSError, LookupError) as error:
        raise InvalidError(f"{name}: unknown zone {found!r}") from error
    return found


def offset_minutes(fields: Fields, name: str) -> int | None:
    """An offset from UTC, or None when absent."""
    return None if fields.raw(name) is None else _offset(fields.raw(name), name)


def two_offsets_minutes(fields: Fields, name: str) -> list[int] | None:
    """The offsets before and after a change of clocks, or None when absent."""
    value = fields.raw(name)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise InvalidError(f"{name}: expected two offsets in minutes, before and after")
    return [_offset(each, name) for each in value]


def _offset(value: object, name: str) -> int:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, int) or not is_whole or abs(value) > MOST_OFFSET_MINUTES:
        raise InvalidError(f"{name}: expected minutes from -{MOST_OFFSET_MINUTES} to {MOST_OFFSET_MINUTES}")
    return value
