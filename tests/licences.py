"""The licences of what the product imports: read from the installed packages, compared with docs/licences.csv.

`python -m tests.licences` checks; with `--write` it writes the list anew, for a person to read before committing.
"""

import csv
import re
import sys
from importlib import metadata
from pathlib import Path

from tests.supply_chain import other_licences

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs" / "licences.csv"
# Copyleft that reaches what imports it. The Lesser GPL does not, as long as the library can be exchanged.
REFUSED = re.compile(r"\b(A?GPL|GNU (Affero )?General)", re.IGNORECASE)
WHERE_METADATA_SAYS_NOTHING = {
    "django-timescaledb": "Apache-2.0",  # its LICENSE file
    "pyrage": "MIT",  # its LICENSE file
}


def runtime_packages() -> list[str]:
    """The packages of requirements.txt that this machine installs."""
    text = (ROOT / "requirements.txt").read_text()
    names = re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==", text, re.MULTILINE)
    return [name for name in names if _is_installed(name)]


def licence_of(name: str) -> str:
    """What the package says of itself, in one line."""
    found = metadata.metadata(name)
    if "License-Expression" in found:
        return found["License-Expression"]
    classifiers = [
        entry.rsplit(" :: ", 1)[1]
        for entry in found.get_all("Classifier") or []
        if entry.startswith("License ::") and not entry.endswith("OSI Approved")
    ]
    said = (found.get_all("License") or [""])[0].strip().splitlines()
    text = "; ".join(classifiers) or (said[0] if said else "") or WHERE_METADATA_SAYS_NOTHING.get(name, "")
    return text[:80]


def problems() -> list[str]:
    """What is wrong with the list, a line each; empty where all is well."""
    listed = _listed()
    found = {name: licence_of(name) for name in runtime_packages()}
    lines = [
        f"{name}: {licence!r}, listed as {listed.get(name)!r}"
        for name, licence in found.items()
        if listed.get(name) != licence
    ]
    lines += [f"{name}: no licence is known" for name, licence in found.items() if not licence]
    lines += [f"{name}: {licence} is refused" for name, licence in found.items() if REFUSED.search(licence)]
    return lines + other_licences.problems()


def _listed() -> dict[str, str]:
    with LIST.open(newline="") as file:
        return dict(csv.reader(file))


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def main() -> int:
    """Check, or write with --write."""
    if sys.argv[1:] == ["--write"]:
        # Some packages are needed on some Pythons only: what is listed and not installed here stays.
        listed = _listed() | {name: licence_of(name) for name in runtime_packages()}
        with LIST.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(sorted(listed.items()))
    found = problems()
    print("\n".join(found) or f"licences: {len(runtime_packages())} packages, all listed, none refused")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
