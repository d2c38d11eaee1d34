"""What goes on behind the requests while faults happen: tasks, imports, alerts, the outbox, periodic work."""

from collections import Counter
from collections.abc import Callable, Iterator

from tests.faults import periods
from tests.faults.alarms import Alarms
from tests.faults.checks import Checked
from tests.faults.imports import Imports
from tests.faults.kinds import Kind
from tests.faults.stage import Stage
from tests.faults.waiting import NotInTime, until

# A visit that failed twice waits for up to four minutes; its message may be lost meanwhile, and is found soon after.
LONGEST_PAUSE_SECONDS = 300.0
# No task is to be left, whoever asked for it; nor one that failed without words.
LEFT = """
SELECT concat(kind, ' is ', status, ', sent ', sends, ' times, lost ', lost, ' times, overdue in ',
    round(extract(epoch FROM overdue_at - now())), ' s: ', error)
FROM work_task WHERE status IN ('pending', 'processing') OR (status = 'failed' AND error = '') ORDER BY id
"""
ENDED = "SELECT status, count(*) FROM work_task GROUP BY status ORDER BY status"


class Background:
    """Begun in each round, compared after it, and at an end when all rounds are over."""

    def __init__(self, stage: Stage, lines: int) -> None:
        self._stage = stage
        self._api = stage.api(tries=5)
        self.imports = Imports(stage, self._api, lines)
        self.alarms = Alarms(stage, self._api, stage.receiver)
        periods.watch(stage)

    def begin(self, seconds: float) -> None:
        """Before anything is broken."""
        self.imports.compare_with(seconds)

    def be_quiet(self, kind: Kind, seconds: float) -> None:
        """By a clock that is a day off, an alarm is no news: each is told before that, or falls after it."""
        if kind.of_clock:
            until(lambda: not self.alarms.awaited(), seconds, "every alarm to be told")

    def go_on(self, kind: Kind) -> None:
        """Another import; and somebody's glucose falls."""
        self.imports.begin()
        if not kind.of_clock:
            self.alarms.fall()

    def cancel(self) -> None:
        """Some imports are cancelled by their owner."""
        self.imports.cancel()

    def compare(self, kind: Kind) -> list[Checked]:
        """What holds at every moment; then everybody's glucose rises."""
        if kind.of_clock:
            self.alarms.fall()
        self.alarms.rise()
        wrong = self.imports.wrong()
        return [Checked("imports", "; ".join(wrong))]

    def ended(self, seconds: float) -> Iterator[Checked]:
        """What comes to its end, whatever was killed and whatever Redis lost of it; and how."""
        yield self._checked("tasks", self._left, list, max(seconds, LONGEST_PAUSE_SECONDS))
        yield self._checked("imports", self.imports.on_their_way, self.imports.wrong, seconds)
        yield self._checked("alerts and outbox", self.alarms.awaited, self.alarms.wrong, seconds)
        yield Checked("periods", _words(periods.wrong(self._stage)))

    def counted(self) -> Counter[str]:
        """How much of each there was."""
        tasks = Counter({f"tasks {status}": count for status, count in self._stage.rows(ENDED)})
        told = Counter({f"webhook {what}": count for what, count in self.alarms.told().items()})
        ours = Counter({f"imports {state}": count for state, count in self.imports.states().items()})
        return tasks + ours + told + Counter({"periods run": periods.count(self._stage)})

    def close(self) -> None:
        """Ask no more."""
        self._api.close()

    def _left(self) -> list[str]:
        return [words for (words,) in self._stage.rows(LEFT)]

    def _checked(
        self, what: str, awaited: Callable[[], list[str]], wrong: Callable[[], list[str]], seconds: float
    ) -> Checked:
        try:
            until(lambda: not awaited(), seconds, f"an end of {what}", pause=1)
        except NotInTime as error:
            return Checked(what, f"{error}: {_words(awaited())}")
        return Checked(what, _words(wrong()))


def _words(wrong: list[str]) -> str:
    return f"{len(wrong)}, as {'; '.join(wrong[:5])}" if wrong else ""
