"""Where every actor of the product is found: the `tasks` module of each app that has one."""

from importlib import import_module

APPS_WITH_TASKS = ["work", "accounts", "glucose", "analytics"]


def import_actors() -> None:
    """Import the actors, so that the broker and the scheduler know them."""
    for app in APPS_WITH_TASKS:
        import_module(f"{app}.tasks")
