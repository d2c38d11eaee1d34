"""`manage.py rebuild_blind_index`: after a new key was put first in BLIND_INDEX_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts import columns, rotation


class Command(BaseCommand):
    """Searches try every key meanwhile; that a value is unique is sure again at the end."""

    help = (
        "Hash again, by the first of BLIND_INDEX_KEYS, whatever an encrypted column is searched by. "
        "Others may go on writing. Killed and started again, it writes what is left."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How."""
        parser.add_argument("--batch", type=int, default=columns.BATCH, help="rows a statement")

    def handle(self, *args: Any, batch: int, **options: Any) -> None:
        """Print a line a batch."""
        for index in columns.hash_columns():
            rotation.rebuild(index, tell=self._tell, size=batch)
        self.stdout.write("every hash is by the first key")

    def _tell(self, index: columns.Column, done: int) -> None:
        self.stdout.write(f"{index}: {done} hashed again")
        self.stdout.flush()
