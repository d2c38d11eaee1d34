"""Links between files of the repository, as links between pages of the site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from docs.site.places import ROOT, relative

FENCE = re.compile(r"^\s*(```+|~~~+)")
CODE = re.compile(r"(`+)(?:(?!\1).)*\1")
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
PICTURE = re.compile(r"^!\[[^\]]*\]\(([\w-]+\.svg)\)$", re.MULTILINE)
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^()\s]+\.png)\)")
ABSOLUTE = re.compile(r"^([a-z][a-z+.-]*:|/)", re.IGNORECASE)


class BrokenLinkError(Exception):
    """A link leads to no file of the repository."""


def prose(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of a page, and whether each is prose and not of a block of code."""
    fence = ""
    for line in text.splitlines(keepends=True):
        found = FENCE.match(line)
        if found and (not fence or found[1].startswith(fence)):
            fence = "" if fence else found[1]
            yield line, False
        else:
            yield line, not fence


def links(text: str) -> Iterator[str]:
    """Every address that the prose of a page links to."""
    for line, is_prose in prose(text):
        if is_prose:
            yield from (found[2] for found in LINK.finditer(CODE.sub(lambda code: "·" * len(code[0]), line)))


def on_site(text: str, source: str, page: str, places: Mapping[str, str]) -> str:
    """The text of a page with its links as they are on the site.

    Where no page or file of the site is meant but one of the repository, the words stay and the link goes.
    """

    def moved(found: re.Match[str]) -> str:
        words, address = found[1], found[2]
        if ABSOLUTE.match(address) or address.startswith("#"):
            return found[0]
        path, _, anchor = address.partition("#")
        meant = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        meant = next((name for name in (meant, f"{meant}/README.md") if name in places), meant)
        if meant in places:
            return f"[{words}]({relative(places[meant], page)}{'#' + anchor if anchor else ''})"
        if not (ROOT / meant).exists():
            raise BrokenLinkError(f"{source}: {address}")
        return words

    def shown(found: re.Match[str]) -> str:
        meant = posixpath.normpath(posixpath.join(posixpath.dirname(source), found[2]))
        if meant not in places:
            raise BrokenLinkError(f"{source}: {found[2]}")
        return f"![{found[1]}]({relative(places[meant], page)})"

    lines = (IMAGE.sub(shown, _replaced(line, moved)) if is_prose else line for line, is_prose in prose(text))
    return "".join(lines)


def _replaced(line: str, moved: Callable[[re.Match[str]], str]) -> str:
    """The line with its links moved, but none that stands in code."""
    code = [found.span() for found in CODE.finditer(line)]

    def outside(found: re.Match[str]) -> str:
        return found[0] if any(a <= found.start() and found.end() <= b for a, b in code) else moved(found)

    return LINK.sub(outside, line)


def with_pictures(text: str, folder: Path) -> str:
    """The text with each picture that stands alone as a part of the page, so that the theme colours it."""

    def drawn(found: re.Match[str]) -> str:
        return f'<div class="diagram">\n{(folder / found[1]).read_text()}</div>'

    return PICTURE.sub(drawn, text)


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and the site make them."""
    found: dict[str, int] = {}
    for line, is_prose in prose(path.read_text()):
        if is_prose and (heading := re.match(r"#{1,6}\s+(.*?)\s*#*$", line)):
            name = slug(LINK.sub(lambda link: link[1], heading[1]))
            count = found.get(name, 0)
            found[name] = count + 1
            if count:
                found[f"{name}-{count}"] = 1
    return set(found)


def slug(heading: str) -> str:
    """What a heading is called in an address."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
