"""Sphinx's settings."""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

project = "Saúde-IA"
extensions = ["myst_parser"]
root_doc = "index"
exclude_patterns: list[str] = []
myst_heading_anchors = 4
myst_links_external_new_tab = False
# Of the blocks that are no program in a language that Pygments knows.
highlight_language = "text"
html_title = project
html_theme = "saude"
html_theme_path = [str(Path(__file__).parent)]
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_domain_indices = False
# It would fetch each page that is found, which the content security policy of the pages does not allow.
html_show_search_summary = False
html_last_updated_fmt = None


def wrap_tables(_app: Sphinx, doctree: nodes.document, _name: str) -> None:
    """Put each table in a box that scrolls by itself, so that a page never scrolls sideways."""
    for table in list(doctree.findall(nodes.table)):
        box = nodes.container(classes=["table-box"])
        table.replace_self(box)
        box += table


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("doctree-resolved", wrap_tables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
