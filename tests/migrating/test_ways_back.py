"""Every migration of ours back to none and forward again: what each makes is the same both times, and gone between."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.models import Clinic
from glucose.models import SourceAccount
from project.management.commands.migrate import Command
from tests.migrating.catalogue import catalogue
from tests.migrating.statements import OWN, own_migrations

PREFIXES: Final = {app: f"{app}_" for app in OWN}
OF_NO_APP: Final = ("secured.", "account_", "auth_", "django_", "mfa_", "socialaccount_")
Things = dict[str, list[str]]


class Watched(Command):
    """Notes what an app's tables are made of after each of its migrations was done or undone."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[str, Things] = {}

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        super().migration_progress_callback(action, migration, fake)
        if action in ("apply_success", "unapply_success") and migration.app_label in OWN:
            self.seen[str(migration)] = of_app(migration.app_label, catalogue())


def of_app(app: str, things: Things) -> Things:
    """Those of the app's tables; what has no app in its name, such as the readings, is of glucose."""
    others = (*OF_NO_APP, *(prefix for name, prefix in PREFIXES.items() if name != app))
    return {
        table: lines
        for table, lines in things.items()
        if table.startswith(PREFIXES[app]) or (app == "glucose" and not table.startswith(others))
    }


def difference(one: Things, other: Things) -> list[str]:
    """The lines that only one of them has."""
    before, after = ({line for lines in things.values() for line in lines} for things in (one, other))
    return sorted([f"- {line}" for line in before - after] + [f"+ {line}" for line in after - before])


@pytest.fixture
def forward_again(transactional_db: None) -> Iterator[None]:
    """Whatever happens, the next test finds everything migrated."""
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.timeout(600)  # each step is slow on a machine that others use too
def test_every_migration_is_undone_and_done_again_without_a_trace(forward_again: None) -> None:
    whole = catalogue(secured=True)
    back, forth = Watched(), Watched()

    # Everything of ours refers to users.
    call_command(back, "accounts", "zero", verbosity=0)
    call_command(forth, verbosity=0)

    assert difference(whole, catalogue(secured=True)) == []
    previous: dict[str, Things] = {app: {} for app in OWN}
    traces = {}
    for migration, _ in own_migrations():
        name, app = str(migration), migration.app_label
        traces[name] = difference(previous[app], back.seen[name])
        previous[app] = forth.seen[name]
    assert {name: trace for name, trace in traces.items() if trace} == {}


@pytest.mark.django_db
def test_nobody_is_undone_whom_the_version_before_would_take_for_somebody_else(clinic: Clinic) -> None:
    undo = import_module("glucose.migrations.0010_gap_ledger").refuse_other_vendors
    account = SourceAccount.objects.create(clinic=clinic, kind="dexcom_share", email="a@example.org", password="-")

    with pytest.raises(CommandError, match="1 accounts are of another vendor"):
        undo(apps, None)

    account.delete()
    undo(apps, None)
