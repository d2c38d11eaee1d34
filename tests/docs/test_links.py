"""Every link inside of the repository leads to a file, and to a heading of it; every DOI is one."""

import posixpath
import re
from typing import Final

import pytest

from docs.site.contents import FOLDERS, contents
from docs.site.links import ABSOLUTE, anchors, links, on_site
from docs.site.places import ROOT, files, pages

PAGES: Final = sorted(name for name in pages() if name.endswith(".md"))
# The prefix of the registrant and the rest, as https://www.doi.org/doi-handbook/HTML/ tells; no full stop at the end.
DOI: Final = re.compile(r"10\.\d{4,9}/[^\s\"'<>`|)\]}]*[^\s\"'<>`|)\]}.,;:]")
SAID: Final = re.compile(r"doi(?::\s?|\.org/)(\S*)", re.IGNORECASE)
# Addresses and names that look like a path.
NOT_CODE: Final = ("secrets/",)
SOURCES: Final = ("accounts", "analytics", "api", "bench", "glucose", "patients", "project", "simulator", "sql", "docs")


def broken(name: str) -> list[str]:
    """The links of a page that lead nowhere."""
    page = ROOT / name
    wrong = []
    for address in links(page.read_text()):
        path, _, anchor = address.partition("#")
        if ABSOLUTE.match(address):
            continue
        target = ROOT / posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else page
        target = target / "README.md" if target.is_dir() and anchor else target
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(address)
    return wrong


@pytest.mark.parametrize("name", PAGES)
def test_links_of_a_page_lead_somewhere(name: str) -> None:
    assert broken(name) == []


def test_every_decision_is_in_the_index_with_its_own_status() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text()
    found = {path.name: path.read_text() for path in (ROOT / "docs" / "adr").glob("[0-9]*.md")}
    rows = dict(re.findall(r"^\| \[\d+\]\(([^)]+)\) \|.*\| ([^|]+) \|$", index, re.MULTILINE))

    assert set(rows) == set(found)
    for name, status in rows.items():
        (said,) = re.findall(r"^Status: (accepted|superseded)", found[name], re.MULTILINE)
        assert status.startswith(said), name


def test_every_doi_has_the_form_of_one() -> None:
    texts = [(ROOT / name).read_text() for name in PAGES]
    texts += [path.read_text() for folder in SOURCES for path in (ROOT / folder).rglob("*.py")]
    texts += [path.read_text() for path in (ROOT / "sql").rglob("*.sql")]

    said = [doi for text in texts for doi in SAID.findall(text)]

    assert len(said) > 50
    assert [doi for doi in said if doi and not DOI.match(doi)] == []


def test_every_page_is_in_the_menu_once() -> None:
    written = pages().values()
    listed = _listed(contents("index.md", written))
    for folder in FOLDERS:
        listed += [f"{folder}/{name}" for name in _listed(contents(f"{folder}/index.md", written))]

    expected = {page.removesuffix(".md") for page in written} - {"index"} | {"reference/index"}
    assert sorted(listed) == sorted(expected)


def _listed(table: str) -> list[str]:
    return [line for line in table.splitlines() if re.fullmatch(r"[\w/.-]+", line)]


@pytest.mark.parametrize("name", ["docs/threats.md", "ARCHITECTURE.md"])
def test_the_code_that_a_page_names_is_there(name: str) -> None:
    named = re.findall(r"`([a-z]\w*/[\w./-]*)`", (ROOT / name).read_text())

    assert named
    assert [path for path in named if not (ROOT / path).exists() and not path.endswith(NOT_CODE)] == []


def test_every_command_of_make_that_a_page_names_is_one() -> None:
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {word for name in PAGES for word in re.findall(r"`make ([a-z][a-z-]*)", (ROOT / name).read_text())}

    assert "docs" in named
    assert named <= made


class TestALinkOnTheSite:
    def test_goes_from_page_to_page(self) -> None:
        places = pages() | files()
        text = "[the guide](guide/README.md#the-examples), `[code](x.md)`, [outside](https://example.org/)"

        found = on_site(text, "docs/README.md", "index.md", places)

        assert found == text.replace("guide/README.md", "guide/index.md")

    def test_to_a_file_that_is_no_page_leaves_its_words(self) -> None:
        assert on_site("See [settings](../project/settings.py).", "docs/x.md", "x.md", {}) == "See settings."

    def test_in_a_block_of_code_stays(self) -> None:
        text = "```md\n[code](nowhere.md)\n```\n"

        assert on_site(text, "docs/x.md", "x.md", {}) == text
