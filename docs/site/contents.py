"""The order of the pages in the menu."""

from __future__ import annotations

from collections.abc import Iterable

# What the first page leads to, under these headings.
PARTS = {
    "For API clients": ["guide/index", "reference/index", "webhooks", "project/client"],
    "For operators": ["operate/index", "deploy", "capacity"],
    "For clinics and research": ["clinicians", "researchers", "definitions", "conformance"],
    "How it is built": [
        "project/readme", "project/architecture", "erd/index", "threats", "adr/index", "supply-chain",
        "project/contributing", "project/embedded", "project/bench", "project/changelog",
    ],
}  # fmt: skip
# What a folder's index leads to, first; its other pages follow by their names.
FOLDERS = {
    "guide": [
        "first-token", "keys", "reading", "statistics", "streams", "writing", "changes", "imports", "alerts",
        "webhooks", "errors", "paging", "limits", "python",
    ],
    "operate": [
        "install", "first-clinic", "certificates", "images", "secrets", "upgrade", "queues", "monitoring", "logs",
        "alerts", "backup", "scale", "scaling", "database", "edge", "trouble",
    ],
    "adr": [],
    "erd": [],
}  # fmt: skip


def contents(page: str, pages: Iterable[str]) -> str:
    """The table of contents that a page ends with, hidden, as MyST writes one; nothing for most pages."""
    names = [name.removesuffix(".md") for name in pages]
    if page == "index.md":
        parts = [_table([name for name in listed if name in names or name == "reference/index"], caption)
                 for caption, listed in PARTS.items()]  # fmt: skip
        listed = {name for part in PARTS.values() for name in part}
        others = [name for name in names if "/" not in name and name not in listed and name != "index"]
        return "\n".join([*parts, *([_table(others, "More")] if others else [])])
    folder = page.removesuffix("/index.md")
    if folder not in FOLDERS:
        return ""
    inside = [name.removeprefix(f"{folder}/") for name in names if name.startswith(f"{folder}/")]
    first = [name for name in FOLDERS[folder] if name in inside]
    return _table([*first, *(name for name in inside if name not in first and name != "index")])


def _table(names: list[str], caption: str = "") -> str:
    head = ["", "```{toctree}", ":hidden:", *([f":caption: {caption}"] if caption else []), ""]
    return "\n".join([*head, *names, "```", ""]) if names else ""
