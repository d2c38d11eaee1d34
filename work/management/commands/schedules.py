"""`manage.py schedules`: all periodic work, with its last and its next run."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.module_loading import import_string

from work.runs import ScheduleState, schedules

ROW = "{:<28} {:<9} {:>10}  {:<20} {:<10} {:>9}  {:<20} {}"


class Command(BaseCommand):
    """A line for each schedule; instants are in UTC."""

    help = "List periodic work: when each ran last and how, and when it runs next."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table."""
        import_string(settings.ACTORS)()
        self.stdout.write(
            ROW.format("name", "queue", "every", "last run", "outcome", "seconds", "next run", "error").rstrip()
        )
        for state in schedules(timezone.now()):
            self.stdout.write(_line(state).rstrip())


def _line(state: ScheduleState) -> str:
    last = state.last
    began = f"{last.started_at:%Y-%m-%dT%H:%M:%SZ}" if last is not None and last.started_at is not None else "-"
    return ROW.format(
        state.schedule.name,
        state.schedule.queue,
        str(state.schedule.every),
        began,
        "-" if last is None else last.outcome,
        "-" if state.seconds is None else f"{state.seconds:.2f}",
        f"{state.next_at:%Y-%m-%dT%H:%M:%SZ}",
        "" if last is None else last.error,
    )
