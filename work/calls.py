"""Calls to programs of others, told to whoever watches them: nobody, unless a process sets its watcher."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass


@dataclass(slots=True)
class Call:
    """Whom, how and where; never what: a path may name a person. ``status`` once there is one."""

    peer: str
    method: str
    host: str
    status: int | None = None


Watcher = Callable[[Call], AbstractContextManager[object]]
_watcher: Watcher | None = None


def watch_with(watcher: Watcher | None) -> None:
    """Put this around each call of the process from now on."""
    global _watcher
    _watcher = watcher


def watched(call: Call) -> AbstractContextManager[object]:
    """What stands around the call."""
    return nullcontext() if _watcher is None else _watcher(call)
