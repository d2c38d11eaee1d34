"""`python -m docs.site --into var/docs`: the site, or what is wrong with it and exit code 1.

The pages are gathered first, with their links as they are on the site and the reference made from `docs/openapi.yaml`;
Sphinx then builds them, and takes every warning for an error: a link or an anchor that
leads nowhere, a block of code that is not of its language.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

import yaml
from sphinx.cmd.build import build_main

from docs.site.contents import contents
from docs.site.links import BrokenLinkError, on_site, with_pictures
from docs.site.places import ROOT, files, pages
from docs.site.reference import reference


def main() -> int:
    """0 when the site is there, 1 with what is wrong."""
    parser = argparse.ArgumentParser(prog="make docs", description="The documentation as a site of files.")
    parser.add_argument("--into", type=Path, default=Path("var/docs"), help="the folder of the site, which is replaced")
    into: Path = parser.parse_args().into.resolve()
    since = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="docs-") as folder:
        sources = Path(folder) / "sources"
        try:
            gather(sources)
        except BrokenLinkError as broken:
            print(f"docs: a link leads nowhere: {broken}", file=sys.stderr)
            return 1
        failed = build(sources, Path(folder) / "site", Path(folder) / "doctrees")
        if failed:
            print("docs: what is above must be mended", file=sys.stderr)
            return 1
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(Path(folder) / "site", into)
    count = len(list(into.rglob("*.html")))
    print(f"docs: {count} pages in {into}, {time.monotonic() - since:.0f} s")
    return 0


def gather(sources: Path) -> None:
    """Put every page and file where the site has it; BrokenLinkError where a link leads nowhere."""
    written = pages()
    places = written | files()
    for source, page in places.items():
        target = sources / page
        target.parent.mkdir(parents=True, exist_ok=True)
        if page.endswith(".md"):
            text = with_pictures((ROOT / source).read_text(), (ROOT / source).parent)
            text = on_site(text, source, page, places)
            target.write_text(text + contents(page, written.values()))
        else:
            shutil.copyfile(ROOT / source, target)
    document = yaml.load((ROOT / "docs" / "openapi.yaml").read_text(), Loader=_Loader)  # noqa: S506 - safe, see below
    for name, text in reference(document).items():
        target = sources / "reference" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def build(sources: Path, into: Path, doctrees: Path) -> int:
    """Sphinx's exit code."""
    options = ["-b", "html", "-q", "-W", "--keep-going", "-n", "-j", "auto", "-c", str(Path(__file__).parent)]
    return build_main([*options, "-d", str(doctrees), str(sources), str(into)])


# The same loader in C, where it is there: the document has thirty thousand lines.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

if __name__ == "__main__":
    sys.exit(main())
