"""`manage.py run_scheduler`: the process that sends periodic work."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from work.scheduler import Scheduler


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT; a second one waits for the lease."""

    help = "Send periodic work; any number may run, one of them is active."

    def handle(self, *args: Any, **options: Any) -> None:
        """Block until told to stop."""
        # Which actors there are is known to the project package only.
        import_string(settings.ACTORS)()
        import_string(settings.METRICS_SERVER)()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Scheduler(settings.SCHEDULER_LEASE_SECONDS).run(stop)
