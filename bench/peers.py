"""Peers' packages as references: each in a Python of its own, which a variable names, asked over a pipe."""

import csv
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from glucose.samples import Samples

SCRIPT: Final = Path(__file__).resolve().parent / "peer_metrics.py"
PYTHONS: Final = {"iglu-python": "BENCH_IGLU_PYTHON", "glycosignal": "BENCH_GLYCOSIGNAL_PYTHON"}


def is_here(peer: str) -> bool:
    """Whether a Python that has the peer's package is named."""
    return bool(os.environ.get(PYTHONS[peer]))


@contextmanager
def peer_seconds(peer: str, samples: Samples) -> Iterator[Callable[[], float]]:
    """The seconds of one run of the peer's metrics over the samples, as it measures them itself."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        rows = zip(samples.time.tolist(), samples.mg_dl.tolist(), strict=True)
        csv.writer(file).writerows([("time", "gl"), *rows])
        file.flush()
        command = [os.environ[PYTHONS[peer]], str(SCRIPT), peer, file.name]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            yield lambda: _asked(process)
            process.communicate(timeout=60)


def _asked(process: "subprocess.Popen[str]") -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("again\n")
    process.stdin.flush()
    return float(process.stdout.readline())
