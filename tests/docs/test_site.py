"""The site of the documentation: what its theme may not hold, and the reference that is made from the document."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from docs.site.places import ROOT
from docs.site.reference import METHODS, anchor, reference
from docs.site.schemas import cell, kind

THEME: Final = ROOT / "docs" / "site" / "saude"
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@pytest.fixture(scope="module")
def document() -> Any:
    return yaml.load((ROOT / "docs" / "openapi.yaml").read_text(), Loader=LOADER)  # noqa: S506 -- the safe one in C


@pytest.mark.parametrize("path", sorted(THEME.rglob("*.*")), ids=lambda path: path.name)
def test_the_theme_has_nothing_inline_and_asks_nobody_else(path: Any) -> None:
    text = path.read_text().replace('xmlns="http://www.w3.org/2000/svg"', "")

    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", text) == []
    assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text) == []


class TestABuild:
    """Sphinx with the site's settings, on two pages."""

    def test_of_pages_whose_links_lead_somewhere_is_a_site(self, tmp_path: Path) -> None:
        built = _built(tmp_path, "[there](b.md#here)")

        assert built.returncode == 0, built.stderr
        page = (tmp_path / "site" / "index.html").read_text()
        assert 'href="b.html#here"' in page
        assert re.findall(r"<style|\sstyle=|<script(?![^>]*\ssrc=)", page) == []

    def test_fails_where_links_lead_nowhere_and_names_each(self, tmp_path: Path) -> None:
        built = _built(tmp_path, "[one](b.md#nowhere), [another](c.md), [here](#nowhere)")

        assert built.returncode == 1
        assert built.stderr.count("WARNING") == 3


def _built(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    sources = folder / "sources"
    sources.mkdir()
    (sources / "index.md").write_text(f"# A\n\n{text}\n\n```{{toctree}}\nb\n```\n")
    (sources / "b.md").write_text("# B\n\n## Here\n")
    code = "import sys, pathlib, docs.site.__main__ as site; sys.exit(site.build(*map(pathlib.Path, sys.argv[1:])))"
    folders = [str(folder / name) for name in ("sources", "site", "doctrees")]
    return subprocess.run([sys.executable, "-c", code, *folders], cwd=ROOT, capture_output=True, text=True)


class TestTheReference:
    def test_has_every_operation_once(self, document: Any) -> None:
        text = "\n".join(reference(document).values())
        operations = [
            operations[method]
            for operations in document["paths"].values()
            for method in METHODS
            if method in operations
        ]

        assert len(operations) > 100
        assert [one["operationId"] for one in operations if text.count(f"\n({anchor(one)})=\n") != 1] == []

    def test_has_every_schema_with_its_fields(self, document: Any) -> None:
        page = reference(document)["schemas.md"]
        schemas = document["components"]["schemas"]

        assert [name for name in schemas if f"\n## {name}\n" not in page] == []
        assert {
            field for one in schemas.values() for field in one.get("properties", {}) if f"`{field}`" not in page
        } == set()

    def test_says_who_needs_no_token(self, document: Any) -> None:
        page = reference(document)["auth.md"]

        assert "`auth_token`. Needs no token." in page
        assert "`auth_me`.\n" in page


def test_a_type_is_told_in_words() -> None:
    assert kind({"type": ["string", "null"], "format": "uuid"}) == "string (uuid) or null"
    assert kind({"type": "array", "items": {"enum": ["a", "b"]}}) == "list of `a` or `b`"
    assert kind({"oneOf": [{"$ref": "#/components/schemas/Latest"}, {"type": "null"}]}).startswith(
        "[Latest](schemas.md"
    )


def test_a_cell_is_one_line_without_marks_of_markdown() -> None:
    assert cell("a | b\n<c> ``d|e`` *f*") == r"a \| b \<c\> `d\|e` \*f\*"
