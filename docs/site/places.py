"""Which file of the repository is which page of the site."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Pages that live beside what they tell of.
ELSEWHERE = {
    "README.md": "project/readme.md",
    "ARCHITECTURE.md": "project/architecture.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "client/README.md": "project/client.md",
    "embedded/README.md": "project/embedded.md",
    "bench/README.md": "project/bench.md",
}
# Files that pages link to, served as they are.
FILES = (".yaml", ".csv", ".svg", ".png")
CODE = ("site", "diagrams")


def pages(root: Path = ROOT) -> dict[str, str]:
    """The site's path of each page by its path in the repository; a folder's README is its index."""
    found = {name: page for name, page in ELSEWHERE.items() if (root / name).is_file()}
    for path in sorted((root / "docs").rglob("*.md")):
        inside = path.relative_to(root / "docs")
        if inside.parts[0] not in CODE:
            found[path.relative_to(root).as_posix()] = inside.as_posix().replace("README.md", "index.md")
    return found


def files(root: Path = ROOT) -> dict[str, str]:
    """The same of files that are no pages."""
    found = [path for path in sorted((root / "docs").rglob("*")) if path.suffix in FILES]
    inside = [path.relative_to(root / "docs") for path in found]
    return {f"docs/{path.as_posix()}": path.as_posix() for path in inside if path.parts[0] not in CODE}


def relative(target: str, page: str) -> str:
    """The way from a page of the site to another."""
    return Path(os.path.relpath(target, Path(page).parent)).as_posix()
