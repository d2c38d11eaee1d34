"""What caused the work at hand: the request, who asked and for which clinic; it goes on into the messages that follow.

Ids and nothing else. What no request caused, such as a schedule's message, is told by the message's own id.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

import dramatiq
from dramatiq.middleware import Middleware

OPTION: Final = "origin"


@dataclass(slots=True)
class Origin:
    """The ids, each empty where it is not known."""

    request_id: str
    user_id: str = ""
    clinic_id: str = ""


_current: ContextVar[Origin | None] = ContextVar("origin", default=None)


def current() -> Origin | None:
    """The origin of what this thread does; None where it does nothing for anybody."""
    return _current.get()


@contextmanager
def caused_by(origin: Origin) -> Iterator[Origin]:
    """Do what follows for this origin."""
    token = _current.set(origin)
    try:
        yield origin
    finally:
        _current.reset(token)


def name_user(user_id: UUID, clinic_id: UUID | None) -> None:
    """Say who asks, once it is known; nothing where nobody did."""
    if (origin := _current.get()) is not None:
        origin.user_id, origin.clinic_id = str(user_id), "" if clinic_id is None else str(clinic_id)


def of_message(message: Any) -> Origin:
    """The origin that a message brings."""
    told = message.options.get(OPTION) or {"request_id": message.message_id.replace("-", "")}
    return Origin(**told)


class Origins(Middleware):
    """Carries the origin into each message that is sent, and out of it where the message is worked on."""

    def before_enqueue(self, broker: dramatiq.Broker, message: dramatiq.Message[Any], delay: int | None) -> None:
        """One that is sent again, later, keeps what it has."""
        if (origin := _current.get()) is not None:
            message.options.setdefault(OPTION, {name: id_ for name, id_ in asdict(origin).items() if id_})

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """From here on what this thread does is for the message's origin."""
        message._origin_before = _current.set(of_message(message))  # type: ignore[attr-defined]

    def after_process_message(
        self, broker: dramatiq.Broker, message: dramatiq.MessageProxy, *, result: Any = None, exception: Any = None
    ) -> None:
        """Not any more."""
        token: Token[Origin | None] = message._origin_before
        _current.reset(token)

    after_skip_message = after_process_message
