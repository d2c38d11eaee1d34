"""The texts of pages and mails that gettext translates, as they stand in templates and modules.

``python -m tests.pages.texts`` compiles the catalogues anew, without gettext's own programs.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

APPS = [Path(__file__).resolve().parents[2] / name for name in ("accounts", "analytics")]
CALL = re.compile(r"\b(?:_|n?gettext)\((?P<arguments>u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))", re.DOTALL)
CATALOGUES = sorted(file for app in APPS for file in app.glob("locale/*/LC_MESSAGES/django.po"))
IN_MODULES = {"_", "gettext", "gettext_lazy"}


def texts() -> set[str]:
    """Every one of them."""
    return {*_in_templates(), *_in_modules()}


def compiled(catalogue: Path) -> bytes:
    """What gettext reads."""
    return bytes(polib.pofile(str(catalogue)).to_binary())


def _in_templates() -> Iterator[str]:
    for file in [file for app in APPS for kind in ("html", "txt") for file in app.glob(f"templates/**/*.{kind}")]:
        for found in CALL.finditer(templatize(file.read_text(encoding="utf-8"))):
            yield str(ast.literal_eval(found["arguments"]))


def _in_modules() -> Iterator[str]:
    for file in [file for app in APPS for file in (*app.glob("*.py"), *app.glob("services/*.py"))]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in IN_MODULES:
                yield str(ast.literal_eval(node.args[0]))


if __name__ == "__main__":
    for one in CATALOGUES:
        one.with_suffix(".mo").write_bytes(compiled(one))
