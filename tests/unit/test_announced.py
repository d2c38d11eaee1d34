"""Places in the stream of announcements, what an entry says, and how events are written."""

from uuid import UUID

import pytest

from glucose import events
from glucose.announced import Announcement, announcement, id_of, place_of

PATIENT = UUID("01957a3c-0000-7000-8000-000000000001")


@pytest.mark.parametrize("text", ["0-0", "1764100000000-12", "18446744073709551615-18446744073709551615"])
def test_an_id_names_a_place_and_a_place_has_this_id(text: str) -> None:
    place = place_of(text)

    assert place is not None
    assert id_of(place) == text


@pytest.mark.parametrize(
    "text", ["", "1", "1-", "-1", "1-1-1", "a-1", "1.0-1", " 1-1", "1-1\n", "18446744073709551616-0", "٣-1", "1-0" * 9]
)
def test_anything_else_is_no_id(text: str) -> None:
    assert place_of(text) is None


def test_places_are_ordered_by_their_numbers_and_not_as_text() -> None:
    assert place_of("9-10") > place_of("9-9") > place_of("8-11")  # type: ignore[operator]


def test_an_entry_tells_whose_reading_of_when_is_new() -> None:
    entry = (b"5-1", {b"p": PATIENT.bytes, b"t": b"1764100000"})

    assert announcement(entry) == Announcement((5, 1), PATIENT, 1_764_100_000)


def test_an_entry_tells_that_some_were_lost() -> None:
    assert announcement((b"5-1", {b"lost": b"1"})) == Announcement((5, 1), None, 0)


@pytest.mark.parametrize(
    "fields",
    [{b"begin": b"1"}, {}, None, {b"p": b"x", b"t": b"1"}, {b"p": PATIENT.bytes}, {b"p": PATIENT.bytes, b"t": b"x"}],
)
def test_an_entry_that_tells_nothing_is_none(fields: dict[bytes, bytes] | None) -> None:
    assert announcement((b"5-1", fields)) is None


def test_an_event_is_one_block_whatever_its_data_holds() -> None:
    text = events.reading((5, 1), {"patient": {"name": "Ana\nSouza\r\n\n"}})

    assert text.startswith(b"id: 5-1\nevent: reading\ndata: {")
    assert text.endswith(b"}\n\n")
    assert text.count(b"\n") == 4
    assert b"\r" not in text
