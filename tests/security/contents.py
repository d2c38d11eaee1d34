"""The rows of an answer that is no document: what readings it holds."""

import csv
import io
import json
from typing import Final

import nanoarrow

ARROW: Final = "application/vnd.apache.arrow.stream"
KINDS: Final = ("text/csv", "application/x-ndjson", ARROW)


def values(kind: str, content: bytes) -> list[float]:
    """The value of each reading, in order."""
    if kind == ARROW:
        rows = nanoarrow.ArrayStream.from_readable(content).read_all().to_pylist()
    elif kind == "text/csv":
        rows = list(csv.DictReader(io.StringIO(content.decode())))
    else:
        rows = [json.loads(line) for line in content.splitlines()]
    return [float(row["value"]) for row in rows]
