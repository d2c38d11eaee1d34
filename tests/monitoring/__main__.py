"""``python -m tests.monitoring``: what Prometheus's own tools say of docker/monitoring/.

Configuration, rules, and for each rule a case in which it fires and one in which all is well (cases.yml); with
``--live`` also Prometheus and Alertmanager against the processes of a demo (live.py), which takes ten minutes.
The last line is ``monitoring: N checked, F failed``; exits 1 where something failed, 2 where it could not be tried.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from tests.monitoring import live

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "docker" / "monitoring"
CASES: Final = ROOT / "tests" / "monitoring" / "cases.yml"
# By the program that it comes with.
PACKAGES: Final = {"promtool": "prometheus", "amtool": "prometheus-alertmanager"}


def main() -> int:
    """Try everything, each thing once."""
    missing = [package for program, package in PACKAGES.items() if not shutil.which(program)]
    if missing and not installed(missing):
        print(f"monitoring: install {' and '.join(missing)}, which have promtool and amtool", file=sys.stderr)
        return 2
    rules = FOLDER / "rules" / "saude.yml"
    tried = [
        *[checked(f"case of {name}", ["promtool", "test", "rules", str(file)]) for name, file in cases()],
        checked("rules", ["promtool", "check", "rules", str(rules)]),
        checked("prometheus.yml", ["promtool", "check", "config", str(FOLDER / "prometheus.yml")]),
        checked("alertmanager.yml", ["amtool", "check-config", str(FOLDER / "alertmanager.yml")]),
    ]
    if "--live" in sys.argv[1:]:
        tried += observed()
    print(f"monitoring: {len(tried)} checked, {tried.count(False)} failed")
    return 0 if all(tried) else 1


def observed() -> Iterator[bool]:
    """Whether each thing was so on running processes; what did not come to pass in time is a failure, and the last."""
    try:
        for name, is_so in live.checks():
            print(f"{'ok ' if is_so else 'NOT'} {name}", flush=True)
            yield is_so
    except live.NotSoError as error:
        print(f"NOT {error}")
        yield False


def installed(packages: list[str]) -> bool:
    """Whether they could be installed: by root, on a machine that has apt."""
    if os.geteuid() or not shutil.which("apt-get"):
        return False
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0


def cases() -> list[tuple[str, Path]]:
    """A file for each, so that each is told by its name."""
    told = yaml.safe_load(CASES.read_text())
    folder = ROOT / "var" / "monitoring"
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number, test in enumerate(told["tests"]):
        rules = [str((CASES.parent / file).resolve()) for file in told["rule_files"]]
        file = folder / f"case-{number}.yml"
        file.write_text(yaml.safe_dump({**told, "rule_files": rules, "tests": [test]}))
        found.append((test["name"], file))
    return found


def checked(name: str, command: list[str]) -> bool:
    """Whether the program ended well; what it said where it did not."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{name}:\n{done.stdout}{done.stderr}")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
