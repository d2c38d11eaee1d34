"""`python -m tests.week --accounts 40 --days 7 --seed 1`: the last line is ``week: N checked, F failed``.

Ends with 0, with 1 where something is wrong, with 2 where the arguments are. On the embedded server, or on the one of
TEST_DATABASE_URL.
"""

import argparse
import logging
import os
import sys


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.week")
    parser.add_argument("--accounts", type=int, default=40)
    parser.add_argument("--people", type=int, default=3, help="of each account")
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if given.accounts < 1 or given.people < 1 or given.days <= 0:
        parser.error("at least one account, one of its people, and some time")
    return given


def main() -> int:
    """Run the week on servers and a database of its own."""
    given = _arguments()
    from tests import servers

    os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
    import django

    django.setup()
    from tests.fuzz.database import test_database
    from tests.week import report
    from tests.week.plan import Plan
    from tests.week.run import run

    logging.getLogger("glucose").setLevel(logging.ERROR)
    plan = Plan(given.accounts, given.days, given.seed, given.people)
    with test_database():
        outcome = run(plan, tell=report.progress())
    servers.pytest_unconfigure()
    for line in report.lines(outcome):
        print(line)
    return 1 if outcome.record.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
