"""Two paths of the same web server, asked in turns."""

import http.client
from datetime import datetime, timedelta
from typing import Final

from bench.dataset import NOW
from bench.timing import Spread, interleaved, spread
from bench.web import requests

Path = tuple[str, str]
SELECT_1: Final[Path] = ("SELECT 1", "/bench/select-1/")
# Every thread of the server has to have met every path.
WARM_UP: Final = 25


def window(days: int, end: datetime = NOW) -> str:
    """The query of so many days up to the dataset's end."""
    return f"start={end - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}&end={end:%Y-%m-%dT%H:%M:%SZ}"


def compared(
    client: http.client.HTTPConnection, token: str, mine: Path, reference: Path, *, rounds: int
) -> tuple[Spread, Spread]:
    """The latencies of two named paths."""
    names, paths = zip(mine, reference, strict=True)
    runs = [requests(client, token, path) for path in paths]
    found = interleaved(*runs, rounds=rounds, warm_up=WARM_UP)
    first, second = (spread(name, "ms", values) for name, values in zip(names, found, strict=True))
    return first, second
