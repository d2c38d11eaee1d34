"""Pages of paper by typst, in a process of their own: what hangs or swells ends there, and holds up nobody."""

import subprocess  # nosec B404
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from analytics.errors import PageNotSet

PROGRAM: Final = Path(__file__).with_name("typesetter.py")
# A report takes about a tenth of one.
SECONDS: Final = 15


def typeset(template: Path, data: Mapping[str, Any], *, created: datetime, seconds: float = SECONDS) -> bytes:
    """The template filled with the data as PDF, the same bytes for the same three; PageNotSet where it cannot be."""
    given = {
        "template": template.read_text(encoding="utf-8"),
        "data": orjson.dumps(data).decode(),
        "created": int(created.timestamp()),
    }
    # Without our environment, which holds secrets.
    command = [sys.executable, "-I", str(PROGRAM)]
    try:
        done = subprocess.run(command, input=orjson.dumps(given), capture_output=True, timeout=seconds, env={})  # noqa: S603  # nosec B603
    except subprocess.TimeoutExpired:
        raise PageNotSet(f"it took more than {seconds:g} s") from None
    if done.returncode:
        # The kind of the error alone: its words may hold what was to be set.
        kind = done.stderr.decode(errors="replace").strip().rpartition("\n")[2].partition(":")[0]
        raise PageNotSet(f"the program ended with {done.returncode} {kind[:80]}".strip())
    return done.stdout
