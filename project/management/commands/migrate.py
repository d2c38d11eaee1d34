"""`manage.py migrate`: Django's, and after it the roles, grants, policies and functions of sql/security/."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from project.database_security import secure


class Command(migrate.Command):
    """What may be seen by whom is not a history but a state: it is applied whole, after every migration."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; then secure, once everything is migrated."""
        super().handle(*args, **options)
        executor = MigrationExecutor(connection)
        if options["plan"] or executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return
        secure()
        if options["verbosity"]:
            self.stdout.write("Roles, grants and policies are as sql/security/ says.")
