"""A process that is killed at one line after the other between the put and the settling.

``python -m tests.integration.outbox.mortal <clinic> <every> <most>`` forks a child for each line, or one of so many. A
child makes a clinic of the step's name and, in the same transaction, puts two events about it; then it delivers. At the
step's line it kills itself. A second child, which nobody kills, delivers what is left, as a worker does once the claim
has run out. Prints how many lines there were, or 0 where the last step was killed too.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any, Final
from uuid import UUID

ROOT: Final = Path(__file__).resolve().parents[3]
# Ours between the put and the settling, and Django's commit.
TRACED: Final = tuple(
    str(ROOT / name)
    for name in (
        "work/outbox.py",
        "work/delivery.py",
        "accounts/webhooks.py",
        "accounts/webhook_delivery.py",
        "accounts/outside.py",
        "tests/integration/outbox/mortal.py",
    )
)
COMMIT: Final = os.path.join("django", "db", "transaction.py")


def killed_at(step: int) -> Callable[..., Any]:
    """A trace function that kills the process at the line of that number; it counts in ``seen``."""
    seen = [0]

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        name = frame.f_code.co_filename
        if name not in TRACED and not (name.endswith(COMMIT) and frame.f_code.co_name == "__exit__"):
            return None
        if event == "line":
            seen[0] += 1
            if seen[0] == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def live(clinic_id: UUID, step: int) -> None:
    """What a process does that puts, and then delivers."""
    from django.db import transaction
    from django.utils import timezone

    from accounts import webhooks
    from accounts.models import Clinic
    from work.delivery import deliver_due

    sys.settrace(killed_at(step))
    with transaction.atomic():
        Clinic.objects.create(name=f"step {step}")
        for what in ("opened", "closed"):
            webhooks.tell(clinic_id, f"alert.{what}", of=f"step:{step}", key=f"step:{step}:{what}", subject={})
    deliver_due(timezone.now, lasting=timedelta(minutes=1))
    sys.settrace(None)


def recover() -> None:
    """What a worker does when the claim of the dead has run out."""
    from django.utils import timezone

    from work.delivery import CLAIM, deliver_due

    deliver_due(lambda: timezone.now() + CLAIM, lasting=timedelta(minutes=1))


def survived(child: Callable[[], None]) -> bool:
    """Whether a child of this process lived to the end of what it does."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            child()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return False
    assert status == 0, "a child failed"
    return True


def main(clinic_id: str, every: int, most: int) -> int:
    """Die at each step; the first one that nobody dies at ends it."""
    import django

    django.setup()
    from accounts.webhooks import renders
    from project.actors import import_actors

    import_actors()
    for event in ("alert.opened", "alert.closed"):
        renders(event)(lambda clinic, subject: dict(subject))
    for step in range(1, most, every):
        done = survived(lambda step=step: live(UUID(clinic_id), step))  # type: ignore[misc]
        assert survived(recover)
        if done:
            print(step - every)
            return 0
    print(0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
