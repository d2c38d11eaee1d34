"""What is looked at on a page that has settled; each answers what is wrong, in words, and nothing where all is well."""

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from tests.browser.packages import AXE, folder_of

WITHIN: Final = Path(__file__).with_suffix(".js").read_text()
SEVERE: Final = ("serious", "critical")
TARGET_PX: Final = 44
# WCAG 2.2, 1.4.10: nothing goes sideways on the narrowest screen, a desktop's at 400 %.
NARROWEST_PX: Final = 320
MOST_STOPS: Final = 40
LEAST_INK: Final = 0.001


def barriers(page: Page) -> list[str]:
    """What axe calls serious or critical."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate((folder_of(AXE) / "axe.min.js").read_text())
    found: dict[str, Any] = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [f"{one['impact']}: {one['id']}: {_where(one)}" for one in found["violations"] if one["impact"] in SEVERE]


def sideways(page: Page) -> list[str]:
    """Whether the page scrolls sideways as it is."""
    return list(_within(page, "sideways"))


def small_targets(page: Page) -> list[str]:
    """Controls that a thumb misses."""
    return list(_within(page, "targets", TARGET_PX))


def movement(page: Page) -> list[str]:
    """What moves although its reader asked for less of that."""
    return list(_within(page, "movement"))


def zoomed(page: Page) -> list[str]:
    """Whether the page scrolls sideways at 200 %: with half as many pixels, or as few as there may be."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": max(size["width"] // 2, NARROWEST_PX), "height": size["height"] // 2})
    # A drawing learns of it after the next frame.
    page.evaluate("new Promise((seen) => requestAnimationFrame(() => setTimeout(seen)))")
    found = sideways(page)
    page.set_viewport_size(size)
    return found


def unseen_focus(page: Page) -> list[str]:
    """Where the Tab key leads without a ring around it, or off the screen; whether it leads anywhere."""
    wrong, stops = [], 0
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at = _within(page, "focused")
        if at is None:
            break
        stops += 1
        if not at["ringed"]:
            wrong.append(f"{at['name']} has the focus and no ring")
        if not at["seen"]:
            wrong.append(f"{at['name']} has the focus off the screen")
    return wrong if stops else ["the Tab key leads nowhere"]


def printed(page: Page, blank: Page) -> list[str]:
    """Whether the page on paper has something on it and none of its controls; ``blank`` may look at pictures."""
    page.emulate_media(media="print")
    controls = page.locator("button:visible, header.shell:visible").count()
    ink = _within(blank, "ink", list(page.screenshot()))
    page.emulate_media(media="screen")
    wrong = [f"{controls} controls are printed"] if controls else []
    return wrong if ink > LEAST_INK else [*wrong, "nothing is printed"]


def _within(page: Page, function: str, argument: object = None) -> Any:
    return page.evaluate(f"argument => ({WITHIN.rstrip()}).{function}(argument)", argument)


def _where(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    more = f" and {len(nodes) - 2} more" if len(nodes) > 2 else ""
    return "; ".join(f"{one['target'][0]} {_why(one)}" for one in nodes[:2]) + more


def _why(node: dict[str, Any]) -> str:
    return " ".join(str(node.get("failureSummary", "")).split())[:160]
