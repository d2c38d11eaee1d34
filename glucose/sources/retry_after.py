"""How long a vendor's answer asks to wait. Pure."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

# Beyond this it is no wait that anybody means; account_states bounds what is believed.
MOST_DIGITS: Final = 9


def retry_after(header: str | None, now: datetime, date: str | None = None) -> timedelta | None:
    """The wait that a Retry-After says in either of its forms (RFC 9110, 10.2.3); None where it says nothing.

    A time of day is compared with the answer's own ``date``, for the vendor's clock and ours may differ; with ``now``
    where the answer has none.
    """
    text = (header or "").strip()
    if not text:
        return None
    # Not isdigit(), which takes a superscript.
    if text.isascii() and text.isdecimal():
        return timedelta(seconds=int(text if len(text) <= MOST_DIGITS else "9" * MOST_DIGITS))
    at = _instant(text)
    return None if at is None else max(at - (_instant(date or "") or now), timedelta(0))


def _instant(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    # A date with the offset -0000 comes without a zone; it is in UTC all the same.
    return at.replace(tzinfo=at.tzinfo or UTC)
