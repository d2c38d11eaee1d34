"""The stream of Redis in which the ingest tells which readings are new. Pure.

It holds whose and of when, never a value or a name: what a reader shows comes from the database, in somebody's name.
"""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

KEY: Final = "saude:live:readings"
# More than an hour of 1,000 patients with a sensor of 5 minutes; about 10 MB.
KEPT: Final = 100_000
ID: Final = re.compile(r"([0-9]{1,20})-([0-9]{1,20})")
HIGHEST: Final = 2**64 - 1

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Announcement:
    """A reading that is new; of no patient where something before it could not be told."""

    place: Place
    patient: UUID | None
    time: int


def place_of(text: str) -> Place | None:
    """The place in the stream that an event's id names; None where it is no such id."""
    found = ID.fullmatch(text)
    if found is None:
        return None
    place = int(found[1]), int(found[2])
    return place if max(place) <= HIGHEST else None


def id_of(place: Place) -> str:
    """The id of the event of a place."""
    return f"{place[0]}-{place[1]}"


def announcement(entry: tuple[bytes, dict[bytes, bytes] | None]) -> Announcement | None:
    """What an entry of the stream says; None for one that only begins the stream, was deleted, or is none of ours."""
    fields = entry[1] or {}
    place = place_of(entry[0].decode())
    if place is None:
        return None
    if b"lost" in fields:
        return Announcement(place, None, 0)
    try:
        return Announcement(place, UUID(bytes=fields[b"p"]), int(fields[b"t"]))
    except (KeyError, ValueError):
        return None
