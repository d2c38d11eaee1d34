"""A program's clock jumps while it runs, and what it makes of instants stays what it was."""

import subprocess
import sys
from pathlib import Path

from embedded.demo.services import ROOT
from tests.faults.clocked import set_clock

PROGRAM = """
import time
from datetime import UTC, datetime
import orjson
input()
now = datetime.now(UTC)
assert isinstance(datetime(2026, 1, 1), datetime) and isinstance(now, datetime)
assert orjson.dumps(datetime(2026, 1, 1)) == b'"2026-01-01T00:00:00"'
print(now.timestamp(), time.time())
"""


def test_a_jump_of_the_clock_is_seen_by_a_program_that_runs(tmp_path: Path) -> None:
    program, clock = tmp_path / "program.py", tmp_path / "clock"
    program.write_text(PROGRAM)
    set_clock(clock, 0.0)
    before = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.clocked", str(program)],
        cwd=ROOT,
        env={"FAULTS_CLOCK": str(clock)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    set_clock(clock, 86_400.0)
    printed, _ = before.communicate("\n", timeout=30)

    ours = clock.stat().st_mtime
    instants = [float(word) for word in printed.split()]
    assert len(instants) == 2
    assert all(86_400 <= instant - ours < 86_460 for instant in instants)
