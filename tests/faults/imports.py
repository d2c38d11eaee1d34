"""Files that are imported while faults happen: as an undisturbed import counts them, or ended in words."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from client.saude_ia import SaudeIA, SaudeIAError
from tests.faults.stage import Stage
from tests.faults.waiting import until
from tests.libreview_files import libreview, line

# Several batches: a worker is seconds in the middle of it.
LINES: Final = 30_000
FIRST: Final = datetime(2012, 2, 3, tzinfo=UTC)
# Every so many lines, one that is there before, and one that cannot be read.
AGAIN, BROKEN = 500, 999
# Of so many imports, one is cancelled by its owner in the middle: itself, or its task.
CANCELLED_OF = 3
ENDED: Final = ("done", "failed", "cancelled")
STATES: Final = """
SELECT i.id::text, i.state, coalesce(t.status, 'none'), coalesce(t.error, ''), i.stored,
    (SELECT count(*) FROM reading AS r WHERE r.patient_id = i.patient_id),
    concat_ws(', ', i.lines, i.glucose, i.stored, i.duplicates, i.refused, i.first_time, i.last_time),
    coalesce(t.attempts, 0)
FROM glucose_import AS i LEFT JOIN work_task AS t ON t.id = i.task_id
WHERE i.id::text = ANY(%s) ORDER BY i.id
"""


@dataclass(frozen=True, slots=True)
class Import:
    """How an import stands, with its task, and how many readings its patient has, whom nobody else writes."""

    id: str
    state: str
    task: str
    task_words: str
    stored: int
    readings: int
    counts: str
    attempts: int = 1

    @property
    def over(self) -> bool:
        """Whether both have ended."""
        return self.state in ENDED and self.task in ENDED


class Imports:
    """What was begun, and what an undisturbed import of the same file counts."""

    def __init__(self, stage: Stage, api: SaudeIA, lines: int) -> None:
        self._stage, self._api = stage, api
        self._file = content(lines)
        self._undisturbed = ""
        self.begun: list[str] = []
        self.cancelled: set[str] = set()

    def compare_with(self, seconds: float) -> None:
        """Import the file once while nothing is broken."""
        self._undisturbed = self._begin()
        until(lambda: self._rows([self._undisturbed])[0].over, seconds, "an import that nothing disturbs")

    def begin(self) -> None:
        """Import the file for another patient."""
        self.begun.append(self._begin())

    def cancel(self) -> None:
        """Cancel some of them, by either way."""
        number, mine = divmod(len(self.begun), CANCELLED_OF)
        if mine == 0:
            self.cancelled.add(self.begun[-1])
            # It may be done already.
            with suppress(SaudeIAError):
                if number % 2:
                    self._api.tasks_cancel(str(self._api.imports_read(self.begun[-1])["task"]))
                else:
                    self._api.imports_cancel(self.begun[-1])

    def on_their_way(self) -> list[str]:
        """Those that have not ended, or whose task has not."""
        return [f"{one.id} is {one.state}, its task {one.task}" for one in self._rows(self.begun) if not one.over]

    def wrong(self) -> list[str]:
        """What is half done without saying so, whatever was cancelled."""
        expected = self._rows([self._undisturbed])[0]
        return [
            f"{one.id}, {one.state}: {words}"
            for one in self._rows(self.begun)
            for words in [*judged(one, expected, cancelled=one.id in self.cancelled), *self._silent(one)]
        ]

    def states(self) -> Counter[str]:
        """How they ended; and how many were taken up again."""
        rows = self._rows(self.begun)
        return Counter(one.state for one in rows) + Counter({"taken up again": sum(one.attempts > 1 for one in rows)})

    def _silent(self, one: Import) -> Iterator[str]:
        if one.state == "failed" and not self._api.imports_read(one.id)["error"]:
            yield "does not say why"

    def _begin(self) -> str:
        patient = self._api.patients_create({"name": "Of a file", "timezone": "UTC"})["id"]
        return self._api.imports_create({"file": self._file, "patient": patient, "format": "libreview"})["id"]

    def _rows(self, ids: list[str]) -> list[Import]:
        return [Import(*row) for row in self._stage.rows(STATES, ids)]


def judged(one: Import, expected: Import, *, cancelled: bool) -> Iterator[str]:
    """What is wrong with an import, beside one that nothing disturbed."""
    if one.stored != one.readings:
        yield f"says {one.stored} are stored, and {one.readings} are"
    if one.state == "done" and one.counts != expected.counts:
        yield f"counts {one.counts}; undisturbed, it is {expected.counts}"
    if one.state == "cancelled" and not cancelled:
        yield "nobody cancelled it"
    if one.task == "failed" and not one.task_words:
        yield "its task does not say why"
    if one.over and one.state != one.task:
        yield f"its task is {one.task}: {one.task_words}"


def content(lines: int) -> bytes:
    """A file of LibreView's, with lines that are there twice and lines that nobody can read."""
    return libreview(_lines(lines))


def _lines(count: int) -> Iterator[str]:
    for number in range(count):
        at: datetime = FIRST + timedelta(minutes=15 * number)
        value: Any = "?" if number % BROKEN == BROKEN - 1 else 60 + number % 200
        yield line(at, value)
        if number % AGAIN == 0:
            yield line(at, value)
