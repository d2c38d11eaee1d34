"""`manage.py rotate_field_keys`: after a new key was put first in FIELD_ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import columns, factor_rotation, rotation


class Command(BaseCommand):
    """Ends with 1 where something is left under another key, so that the old key must be kept."""

    help = (
        "Seal again everything that is not under the first of FIELD_ENCRYPTION_KEYS. Others may go on writing. "
        "Killed and started again, it goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How, and whether at all."""
        parser.add_argument("--batch", type=int, default=columns.BATCH, help="rows a statement")
        parser.add_argument("--check", action="store_true", help="only count what is left")

    def handle(self, *args: Any, batch: int, check: bool, **options: Any) -> None:
        """Print a line a batch, or a count a column."""
        for column in columns.sealed_columns():
            if check:
                self.stdout.write(f"{column}: {rotation.under_another_key(column)} left")
            elif refused := rotation.rotate(column, tell=self._tell, size=batch):
                self.stderr.write(f"{column}: {refused} are opened by none of the keys")
        if check:
            self.stdout.write(f"second factors: {factor_rotation.under_another_key()} left")
        elif refused := factor_rotation.rotate():
            self.stderr.write(f"second factors: {refused} are opened by none of the keys")
        left = sum(map(rotation.under_another_key, columns.sealed_columns())) + factor_rotation.under_another_key()
        if left:
            raise CommandError(f"{left} values are under another key than the first", returncode=1)
        self.stdout.write("everything is under the first key")

    def _tell(self, column: columns.Column, done: int) -> None:
        self.stdout.write(f"{column}: {done} sealed again")
        self.stdout.flush()
