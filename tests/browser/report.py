"""What was looked at, and what was wrong with it: a line for each thing that is, and the sum."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MOST_LINES: Final = 4


@dataclass(slots=True)
class Report:
    """Counts as it goes, so that somebody who waits sees what is wrong at once."""

    checked: int = 0
    failed: int = 0

    def tell(self, what: str, wrong: Iterable[str]) -> None:
        """One thing that was looked at, and what is wrong with it."""
        found = list(wrong)
        self.checked += 1
        self.failed += bool(found)
        for one in found[:MOST_LINES]:
            print(f"NOT {what}: {one}", flush=True)
        if len(found) > MOST_LINES:
            print(f"NOT {what}: and {len(found) - MOST_LINES} more", flush=True)

    def end(self) -> int:
        """Print the sum; the exit code."""
        print(f"browser: {self.checked} checked, {self.failed} failed")
        return 1 if self.failed else 0
