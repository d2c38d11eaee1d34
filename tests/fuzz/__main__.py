"""`python -m tests.fuzz --cases 50000 --seed 1`: the long form; the last line is ``fuzz: N checked, F failed``.

Ends with 0, with 1 where a case failed, with 2 where the arguments are wrong.
"""

import argparse
import logging
import os
import sys


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--cases", type=_positive, default=50_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--operation", default="", help="only this one, by its id in the document")
    parser.add_argument("--role", default="", help="only this one; nobody has no token")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("at least one")
    return number


def main() -> int:
    """Run the plan on servers and a database of its own."""
    given = _arguments()
    from tests import servers

    os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
    from project.wsgi import application
    from tests.fuzz import report
    from tests.fuzz.database import test_database
    from tests.fuzz.runner import Plan, run

    logging.getLogger("django").setLevel(logging.CRITICAL)
    plan = Plan(given.cases, given.seed, given.operation, given.role)
    if not plan.pairs():
        print("there is no such operation, or it is not for this role", file=sys.stderr)
        return 2
    with test_database():
        outcome = run(plan, application, tell=report.progress(plan))
    servers.pytest_unconfigure()
    for line in [*report.table(outcome), *outcome.failures.values(), report.summary(outcome)]:
        print(line)
    return 1 if outcome.failed else 0


if __name__ == "__main__":
    sys.exit(main())
