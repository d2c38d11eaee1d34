"""``python -m tests.browser``: every page of the demo in Chromium, and how each behaves when all is not well.

``--only TEXT`` looks at the pages whose address holds it, ``--pictures`` writes those of README and docs instead. The
last line is ``browser: N checked, F failed``; exits 1 where something failed, 2 where there is no browser.
"""

import argparse
import os
import sys

import django

from tests.browser.chromium import NoBrowserError, running_browser
from tests.browser.packages import AXE, NotFetchedError, folder_of
from tests.browser.report import Report


def main() -> int:
    """Start everything, look at everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser", description=__doc__)
    parser.add_argument("--only", default="", help="a part of the address of the pages to look at, no states then")
    parser.add_argument("--pictures", action="store_true", help="write docs/images and look at nothing")
    asked = parser.parse_args()
    try:
        folder_of(AXE)
        with running_browser():
            pass
    except (NoBrowserError, NotFetchedError) as error:
        print(f"browser: {error}", file=sys.stderr)
        return 2
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings_for_types", "LOG_LEVEL": "WARNING"}
    django.setup()
    return _run(asked.only, asked.pictures)


def _run(only: str, pictures: bool) -> int:
    # Imported now: their product modules need settings.
    from tests.browser.everywhere import look_everywhere
    from tests.browser.pictures import write_pictures
    from tests.browser.stage import stage
    from tests.browser.states import look_at_states

    report = Report()
    with stage() as made, running_browser() as browser:
        if pictures:
            return write_pictures(browser, made)
        if not only:
            look_at_states(browser, made, report)
        look_everywhere(browser, made, report, only)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
