"""Secrets that somebody is about to commit: found by detect-secrets in every file that git would take.

`python -m tests.supply_chain.secrets` checks; with `--write` it lists what it finds, for a person to say why each is
none. Only the hash of a finding is kept. Passwords in tests are of users who live for a second, so no word such as
"password" counts there; keys, tokens and addresses with a password do.
"""

import csv
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class as mapping_of_plugins
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings

ROOT: Final = Path(__file__).resolve().parents[2]
LIST: Final = Path(__file__).with_name("no_secrets.csv")
BY_ITS_NAME: Final = "KeywordDetector"
NO_SECRET: Final = "IPPublicDetector"  # an address is none
# Digests of files that a lock fixes, and numbers of lists of choices in the API's document: public, and many.
PUBLIC: Final = [r"--hash=sha256:[0-9a-f]{64}", r'"integrity": "sha512-', r"x-spec-enum-id: \"?[0-9a-f]{16}"]
# What the built-in detectors miss: a key of ours that stands alone, and what we sign webhooks with.
OURS: Final = Path(__file__).with_name("our_secrets.py")
MAPPED: Final[Mapping[str, type]] = mapping_of_plugins()
BUILT_IN: Final = sorted(plugin.__name__ for plugin in MAPPED.values())


class Found(NamedTuple):
    """Where something looks like a secret, as what, and its hash."""

    file: str
    kind: str
    digest: str


def found_in(path: str, *, root: Path = ROOT) -> list[Found]:
    """What looks like a secret in the file, whose path is relative to the root."""
    with transient_settings(_settings(by_name=not path.startswith("tests/"))):
        mapping_of_plugins.cache_clear()  # it was made without ours
        return [Found(path, one.type, one.secret_hash) for one in scan_file(str(root / path))]


def found_everywhere() -> list[Found]:
    """The same of every file that is committed or could be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    files = sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file())
    with ProcessPoolExecutor(2) as pool:
        return sorted({one for some in pool.map(found_in, files, chunksize=20) for one in some})


def problems(found: Iterable[Found], known: dict[Found, str]) -> list[str]:
    """What is new, what nobody has said a reason for, and what is listed and no longer there; a line each."""
    there = set(found)
    new = sorted(there - known.keys())
    gone = sorted(known.keys() - there)
    lines = [f"{one.file}: {one.kind}: a secret? Take it out, or say why not in {LIST.name}" for one in new]
    lines += [f"{one.file}: {one.kind}: no reason in {LIST.name}" for one in sorted(there) if known.get(one) == ""]
    return lines + [f"{one.file}: {one.kind}: no longer there, still in {LIST.name}" for one in gone]


def known() -> dict[Found, str]:
    """What a person looked at, with why it is no secret."""
    with LIST.open(newline="") as file:
        return {Found(name, kind, digest): reason for name, kind, digest, reason in csv.reader(file)}


def main(arguments: Sequence[str]) -> int:
    """Check, or write with --write."""
    found = found_everywhere()
    if list(arguments) == ["--write"]:
        reasons = known()
        with LIST.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([*one, reasons.get(one, "")] for one in found)
    lines = problems(found, known())
    print("\n".join(lines) or f"secrets: none; {len(found)} look like one and are listed with why they are not")
    return 1 if lines else 0


def _settings(*, by_name: bool) -> dict[str, list[dict[str, object]]]:
    plugins: list[dict[str, object]] = [
        {"name": name} for name in BUILT_IN if name != NO_SECRET and (by_name or name != BY_ITS_NAME)
    ]
    return {
        "plugins_used": [*plugins, {"name": "OurSecrets", "path": f"file://{OURS}"}],
        "filters_used": [
            {"path": "detect_secrets.filters.heuristic.is_sequential_string"},
            {"path": "detect_secrets.filters.heuristic.is_templated_secret"},
            {"path": "detect_secrets.filters.heuristic.is_indirect_reference"},
            {"path": "detect_secrets.filters.heuristic.is_potential_uuid"},
            {"path": "detect_secrets.filters.regex.should_exclude_line", "pattern": PUBLIC},
        ],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
