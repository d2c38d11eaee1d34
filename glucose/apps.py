"""The app that owns readings."""

from django.apps import AppConfig


class GlucoseConfig(AppConfig):
    """Registers how arrays go to PostgreSQL, before Django copies psycopg's adapters at its first connection."""

    name = "glucose"

    def ready(self) -> None:
        """Import what registers itself."""
        from glucose import binary_arrays  # noqa: F401
