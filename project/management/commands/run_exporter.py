"""`manage.py run_exporter`: the process that tells Prometheus what database, Redis and the machine say."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string
from prometheus_client import REGISTRY


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT; one is enough. Its role of the database is saude_monitoring."""

    help = "Serve the figures of the database, of Redis and of the machine on METRICS_ADDRESS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Block until told to stop."""
        from project.metrics import server
        from project.metrics.figures import DatabaseFigures
        from project.metrics.machine import MachineFigures
        from project.metrics.queues import RedisFigures
        from project.metrics.schedules import ScheduleFigures

        import_string(settings.ACTORS)()
        if not settings.METRICS_ADDRESS or settings.METRICS_FOLDER:
            raise CommandError("set METRICS_ADDRESS, and leave METRICS_FOLDER empty", returncode=2)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        for figures in (DatabaseFigures(), RedisFigures(), ScheduleFigures(), MachineFigures()):
            REGISTRY.register(figures)
        server.serve()
        stop.wait()
