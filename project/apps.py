"""The checks that stop a start with a bad configuration."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Registers the system checks of the settings."""

    name = "project"

    def ready(self) -> None:
        """Import what registers itself."""
        from project import checks  # noqa: F401
