"""Asking for visits to the vendor, as a clinic's administrator does."""

from client.saude_ia import SaudeIAError, Task
from tests.faults.stage import Stage
from tests.faults.waiting import POLL, until

TASK_SECONDS = 15


class Syncs:
    """What was asked for, and what became of it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._api = stage.api()
        self.asked: list[str] = []
        self.last_words = ""

    def ask(self) -> str | None:
        """Ask for a visit; the task's id, None where the API did not take it."""
        try:
            task = self._api.librelinkup_accounts_sync(self._stage.account_id)["task"]
        except SaudeIAError as error:
            self.last_words = str(error)
            return None
        self.asked.append(task)
        return task

    def close(self) -> None:
        """Ask no more."""
        self._api.close()

    def come_through(self, seconds: float) -> None:
        """Ask until a visit was made; NotInTime after the seconds."""
        try:
            until(self._visited, seconds, "a visit to the vendor", pause=0.3)
        except Exception as error:
            error.add_note(f"the last answer was: {self.last_words}")
            raise

    def _visited(self) -> bool:
        task = self.ask()
        ended = task and self._ended(task)
        if not ended:
            return False
        self.last_words = f"{ended['status']}: {ended['error'] or ended['result']}"
        return ended["status"] == "done" and bool((ended["result"] or {}).get("visited"))

    def _ended(self, task: str) -> Task | None:
        """The task once it ended; None where that takes so long that its message may be lost."""
        for _ in range(TASK_SECONDS * 10):
            try:
                found = self._api.tasks_read(task)
            except SaudeIAError as error:
                self.last_words = str(error)
                found = None
            if found is not None and found["status"] in ("done", "failed", "cancelled"):
                return found
            POLL.wait(0.1)
        self.last_words = f"task {task} has not ended after {TASK_SECONDS} s"
        return None
