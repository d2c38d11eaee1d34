"""Where the log goes: all that a process says by itself, its warnings and its last words too, in lines of ours."""

import logging
import logging.config
import sys
import threading
import warnings
from types import TracebackType
from typing import Any, TextIO

log = logging.getLogger("project.process")


def configure(config: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: the loggers, and what Python would print past them, values and all."""
    logging.config.dictConfig(config)
    # What others have put there, such as a test's, stays.
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _end
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _end_of_thread
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _unraisable
    warnings.showwarning = _warning


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        log.critical("the process ends by an error", exc_info=error)


def _end_of_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None and not isinstance(told.exc_value, SystemExit):
        log.error("a thread ended by an error", exc_info=told.exc_value)


def _unraisable(told: "sys.UnraisableHookArgs") -> None:
    if told.exc_value is not None:
        log.error("an error that nobody can handle", exc_info=told.exc_value)


def _warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    log.warning("%s in %s, line %d", category.__name__, filename, lineno)
