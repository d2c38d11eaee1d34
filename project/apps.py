"""The checks that stop a start with a bad configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class ProjectConfig(AppConfig):
    """Registers the system checks of the settings."""

    name = "project"

    def ready(self) -> None:
        """Import what registers itself, and begin to tell of what happens where the settings say to whom."""
        from project import checks, error_reports, tracing  # noqa: F401 -- checks registers itself

        tracing.begin()
        error_reports.begin()


class OperatorAdminConfig(SimpleAdminConfig):
    """Django's admin with our site, and what our apps register there: libraries would show secrets of theirs."""

    default_site = "project.operators.OperatorSite"

    def ready(self) -> None:
        """Import what registers itself."""
        super().ready()
        for name in ("accounts", "analytics", "glucose", "work"):
            import_module(f"{name}.admin")
