"""The pictures of README and docs, made from the demo, so that they show what there is."""

from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from tests.browser.packages import ROOT
from tests.browser.stage import Stage
from tests.browser.visiting import options, sign_in, visit

FOLDER: Final = ROOT / "docs" / "images"
# Name, address, width, theme.
PICTURES: Final = (
    ("today", "/clinic/", 1280, "light"),
    ("today-phone", "/clinic/", 390, "dark"),
    ("trend", "/clinic/patients/{low}/?days=3", 1280, "light"),
    ("pattern", "/clinic/patients/{first}/pattern/", 1280, "dark"),
    ("statistics", "/clinic/patients/{first}/statistics/", 1280, "light"),
)


def write_pictures(browser: Browser, stage: Stage) -> int:
    """Write each; the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, path, width, theme in PICTURES:
        context = browser.new_context(**options(width, theme, reduced_motion="reduce"))
        made = visit(context, stage.url)
        sign_in(made, stage.users["admin"], stage.password)
        made.open(path.format(**stage.patients))
        made.page.screenshot(path=_file(name))
        context.close()
        print(f"{_file(name).relative_to(ROOT)}: {_file(name).stat().st_size / 1000:.0f} kB", flush=True)
    return 0


def _file(name: str) -> Path:
    return FOLDER / f"{name}.png"
