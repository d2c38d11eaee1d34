"""Server-Sent Events of new readings, as bytes. Pure.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from typing import Any, Final

import orjson

from glucose.announced import Place, id_of

MEDIA_TYPE: Final = "text/event-stream"
ALIVE: Final = b": alive\n\n"
# Why a client has to load what it shows anew.
ALONE: Final = "this process keeps no streams"
TOO_OLD: Final = "what came after the last event is no longer kept"
TOO_SLOW: Final = "events came faster than they were read"
INTERRUPTED: Final = "some readings may not have been told"


def opening(retry_seconds: int) -> bytes:
    """How long to wait before asking again once the stream has ended."""
    return f"retry: {retry_seconds * 1000}\n\n".encode()


def reading(place: Place, answer: dict[str, Any]) -> bytes:
    """A new reading."""
    return (
        f"id: {id_of(place)}\nevent: reading\ndata: ".encode() + orjson.dumps(answer, option=orjson.OPT_UTC_Z) + b"\n\n"
    )


def reset(why: str) -> bytes:
    """Something may be missing: what is shown is to be loaded anew."""
    return b"event: reset\ndata: " + orjson.dumps({"reason": why}) + b"\n\n"


def here(place: Place) -> bytes:
    """An id without an event: everything up to it has come."""
    return f"id: {id_of(place)}\n\n".encode()
