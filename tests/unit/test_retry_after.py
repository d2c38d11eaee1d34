"""Retry-After in both of its forms, and what is none."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glucose.sources.retry_after import retry_after

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Sun, 01 Mar 2026 12:05:00 GMT", 300.0),
        ("Sun, 01 Mar 2026 12:05:00 -0000", 300.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("9" * 400, 999_999_999.0),
        ("Mon, 02 Mar 2026 12:00:00 GMT", 86_400.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("\u00b2", None),
    ],
)
def test_seconds_and_dates_are_understood(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == (None if seconds is None else timedelta(seconds=seconds))


def test_a_date_is_compared_with_the_answers_own() -> None:
    header, date = "Sun, 01 Mar 2026 12:05:00 GMT", "Sun, 01 Mar 2026 12:04:00 GMT"

    assert retry_after(header, NOW - timedelta(days=3), date) == timedelta(minutes=1)
    assert retry_after(header, NOW, "yesterday") == timedelta(minutes=5)


@given(st.text(st.characters(max_codepoint=255)), st.text(st.characters(max_codepoint=255)))
def test_no_header_breaks_it(header: str, date: str) -> None:
    found = retry_after(header, NOW, date)

    assert found is None or found >= timedelta(0)
