"""Why a message was given up: written into Redis before the message goes to the dead letters there.

dramatiq keeps a dead message as it was sent. Its last words stand beside it, so that they outlive the worker and need
no database.
"""

import json
import traceback
from pathlib import Path
from typing import Any, Final

import dramatiq
from django.utils import timezone
from dramatiq.errors import ActorNotFound
from dramatiq.middleware import Middleware, SkipMessage, TimeLimitExceeded

from work import heartbeat
from work.attempts import TookItsWorkerDown
from work.task_lines import is_answer

KEY: Final = "saude:dead:words"
OURS: Final = ("work", "accounts", "patients", "glucose", "analytics", "project", "sql", "api")
ROOT: Final = Path(__file__).resolve().parent.parent
MOST_LETTERS: Final = 500


class LastWords(Middleware):
    """Writes them down."""

    def before_nack(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """Before the message is dead: killed in between, it is not, and runs again."""
        told = {
            "reason": words(message._exception, message),
            "attempts": message.options.get("retries", 0),
            "at": timezone.now().isoformat(),
            "answer": is_answer(broker, message, message._exception),
        }
        with heartbeat.connect() as client:
            client.hset(KEY, message.options["redis_message_id"], json.dumps(told))


def words(error: BaseException | None, message: Any) -> str:
    """The reason, without values that an error may hold: of an exception of ours its words, else its name and place."""
    if isinstance(error, TookItsWorkerDown):
        return str(error)
    if isinstance(error, TimeLimitExceeded):
        return "It took longer than its time limit."
    if isinstance(error, SkipMessage):
        return "It waited longer than it is worth doing."
    if isinstance(error, ActorNotFound):
        return f"There is no actor {message.actor_name}."[:MOST_LETTERS]
    if error is None:
        return "It was given up without a reason."
    if type(error).__module__.partition(".")[0] in OURS:
        return str(error)[:MOST_LETTERS] or type(error).__name__
    return f"{type(error).__name__}{_place(error)}"


def _place(error: BaseException) -> str:
    """Where in our code it came up; nothing where it did not."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in OURS:
            return f" in {path.relative_to(ROOT)}, line {frame.lineno} ({frame.name})"
    return ""
