"""Run a command that cannot outlive whoever started it: ``python leash.py [--grace SECONDS] -- COMMAND ...``.

Standard input is a pipe whose other end the starter holds. When the starter dies, by
whatever signal, the kernel closes that end and the command is stopped. A process that
forks and loses its parent is inherited by the leash (a child subreaper), so descendants
that left the process group are found too.

It imports the standard library only and is started as a file with ``-I -S``, which keeps
its start at some ten milliseconds.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import sys
import time
from pathlib import Path

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def command(*arguments: str, grace_seconds: float) -> list[str]:
    """The command line that runs ``arguments`` on a leash; give it a pipe as standard input."""
    leash = [sys.executable, "-I", "-S", str(Path(__file__).resolve())]
    return [*leash, "--grace", str(grace_seconds), "--", *arguments]


def main(arguments: list[str]) -> int:
    """Run the command until it ends or the starter is gone; its exit code, 128 + N for a signal N."""
    if len(arguments) < 4 or arguments[0] != "--grace" or arguments[2] != "--":
        print("leash: --grace SECONDS -- COMMAND ...", file=sys.stderr)
        return 2
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    wakeup = _signals_into_a_pipe()
    try:
        child = _start(arguments[3:])
    except OSError as error:
        print(f"leash: {arguments[3]}: {error.strerror}", file=sys.stderr)
        return 127
    code = _wait(child, wakeup)
    return _stop_everything(child, code, float(arguments[1]))


def _signals_into_a_pipe() -> int:
    """SIGCHLD and the stop signals, readable as bytes, so that select sees them and the pipe alike."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (*STOP_SIGNALS, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    return reading


def _start(command: list[str]) -> int:
    leash = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        for number in (*STOP_SIGNALS, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != leash:  # the leash died before the line above
            os._exit(1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.execvp(command[0], command)  # noqa: S606 - no shell is wanted
    except OSError as error:
        os.write(2, f"leash: {command[0]}: {error.strerror}\n".encode())
    os._exit(127)


def _wait(child: int, wakeup: int) -> int | None:
    """The child's exit code, or None when it has to be stopped first."""
    while True:
        readable, _, _ = select.select([0, wakeup], [], [])
        if 0 in readable and not os.read(0, 4096):
            return None
        if wakeup in readable:
            received = os.read(wakeup, 4096)
            if any(number in received for number in STOP_SIGNALS):
                return None
        code = _reap(child)
        if code is not None:
            return code


def _reap(child: int) -> int | None:
    """Collect whoever ended; the exit code if the child was among them."""
    found = None
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == child:
                code = os.waitstatus_to_exitcode(ended[1])
                found = code if code >= 0 else 128 - code
    return found


def _stop_everything(child: int, code: int | None, grace_seconds: float) -> int:
    """SIGTERM, then SIGKILL after the grace, until no descendant is left.

    The child first, once, which tells its own: a worker that hears it twice takes it for a wish to end at once. What
    the child leaves behind is told then.
    """
    deadline = time.monotonic() + grace_seconds
    told = code is not None
    if told:
        _signal_group(child, signal.SIGTERM)
    else:
        _signal(child, signal.SIGTERM)
    while _descendants():
        ended = _reap(child)
        code = ended if ended is not None else code
        if code is not None and not told:
            _signal_group(child, signal.SIGTERM)
            told = True
        if time.monotonic() >= deadline:
            _signal_group(child, signal.SIGKILL)
            for process in _descendants():
                _signal(process, signal.SIGKILL)
        time.sleep(0.02)
    ended = _reap(child)
    return next((value for value in (ended, code) if value is not None), 0)


def _descendants() -> list[int]:
    """Every process below this one that still runs, the nearest first; zombies of others do not count."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            process = int(entry.name)
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                children.setdefault(int(parent), []).append(process)
    found, queue = [], [os.getpid()]
    while queue:
        queue[:1] = below = children.get(queue[0], [])
        found += below
    return found


def _signal_group(child: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, number)


def _signal(process: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


def _prctl(option: int, value: int) -> None:
    """Linux only; elsewhere the pipe and the process group have to do."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
