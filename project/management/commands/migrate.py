"""`manage.py migrate`: Django's, patient with locks, and after it the state of sql/security/."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from project.database_security import lift, secure
from project.migration_patience import LocksNotGranted, Patience, patiently


class Command(migrate.Command):
    """What may be seen by whom is not a history but a state: it is applied whole, after every migration."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then secure; CommandError in one line where others never let go of a table."""
        seconds = settings.MIGRATION_LOCK_SECONDS
        # Twice as long for the others as it held them up.
        patience = Patience(seconds, settings.MIGRATION_TRIES, pause_seconds=2 * seconds)
        try:
            patiently(lambda: self.once(*args, **options), patience)
        except LocksNotGranted as error:
            raise CommandError(str(error)) from error

    def once(self, *args: Any, **options: Any) -> None:
        """Migrate; then secure, once everything is migrated."""
        super().handle(*args, **options)
        executor = MigrationExecutor(connection)
        if options["plan"] or executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return
        secure()
        if options["verbosity"]:
            self.stdout.write("Roles, grants and policies are as sql/security/ says.")

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        """Before something is undone, lift what stands on its columns."""
        if action == "unapply_start" and not fake:
            lift()
        super().migration_progress_callback(action, migration, fake)
