"""`manage.py run_live`: the process that keeps the streams of new readings open."""

import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT; any number may run."""

    help = "Serve readings/stream/: Server-Sent Events of new readings."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where it listens."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8001)

    def handle(self, *args: Any, **options: Any) -> None:
        """Block until told to stop."""
        # Only here: it makes Django's handler, which the other commands do not need.
        from project.live.server import allow_many_files, serve

        allow_many_files()
        asyncio.run(serve(options["host"], options["port"]))
