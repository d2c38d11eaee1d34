"""The table that `make security` prints."""

from collections import Counter
from collections.abc import Sequence

from tests.security.escapes import Result


def print_table(results: Sequence[Result]) -> int:
    """One line a route with how many were tried and how many let somebody in, each of those in words; the exit code."""
    tried, failed = Counter[str](), Counter[str]()
    for result in results:
        tried[result.attempt.route] += result.count
        failed[result.attempt.route] += result.leak is not None
    width = max(map(len, tried))
    print(f"{'what was tried':{width}}  {'checked':>8}  {'let in':>7}")
    for route, count in tried.items():
        print(f"{route:{width}}  {count:8,}  {failed[route]:7,}")
    for result in results:
        if result.leak is not None:
            print(f"LET IN by {result.attempt.route}: {result.attempt.name}: {result.leak}")
    print(f"security: {tried.total()} checked, {failed.total()} failed")
    return 1 if failed.total() else 0
