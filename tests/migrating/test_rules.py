"""Each rule refuses what would hold up or break the version that serves, and lets pass what is done instead."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    DeleteModel,
    Migration,
    RemoveField,
    RenameField,
    RenameModel,
    RunPython,
    RunSQL,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tests.migrating.rules import broken_rules, contract_refused
from tests.migrating.statements import own_migrations, statements_of

GRANDFATHERED = Path(__file__).with_name("grandfathered.csv")
POSITIVE = models.CheckConstraint(condition=models.Q(number__gt=0), name="positive")
BY_NUMBER = models.Index(fields=["number"], name="by_number")
KEY: Callable[..., Any] = lambda **more: models.ForeignKey("shop.Customer", models.PROTECT, **more)  # noqa: E731


def shop() -> ProjectState:
    """Two tables that a version which serves has."""
    state = ProjectState()
    CreateModel("Customer", [("id", models.BigAutoField(primary_key=True))]).state_forwards("shop", state)
    fields: list[tuple[str, Any]] = [("id", models.BigAutoField(primary_key=True)), ("number", models.IntegerField())]
    CreateModel("Order", fields).state_forwards("shop", state)
    state.add_field("shop", "order", "note", models.TextField(null=True), preserve_default=True)
    return state


def migration(*operations: Operation, atomic: bool = True, **marks: Any) -> Migration:
    """One of the shop's."""
    change = type("Change", (Migration,), {"operations": operations, "atomic": atomic, **marks})
    return cast("Migration", change("0009_change", "shop"))


def broken(*operations: Operation, atomic: bool = True, **marks: Any) -> list[str]:
    """The rules that a migration of these operations breaks."""
    change = migration(*operations, atomic=atomic, **marks)
    lines = broken_rules(change, statements_of(change, shop()))
    return sorted({line.split(": ")[1] for line in lines})


def do_nothing(apps: Any, editor: Any) -> None:
    """A backfill's place."""


REFUSED = {
    "a column that the old version does not fill": (
        [RunSQL('ALTER TABLE "shop_order" ADD COLUMN "paid" boolean NOT NULL', "SELECT 1")],
        "adding-required-field",
    ),
    "a default that only Django knows": (
        [AddField("order", "paid", models.BooleanField(default=False))],
        "ban-drop-default",
    ),
    "a column that is gone": ([RemoveField("order", "note")], "ban-drop-column"),
    "a column with another name": ([RenameField("order", "note", "remark")], "renaming-column"),
    "a table that is gone": ([DeleteModel("Order")], "ban-drop-table"),
    "a table with another name": ([RenameModel("Order", "Purchase")], "renaming-table"),
    "an index that stops writers": ([AddIndex("order", BY_NUMBER)], "require-concurrent-index-creation"),
    "an index in a transaction": (
        [RunSQL("CREATE INDEX CONCURRENTLY IF NOT EXISTS x ON shop_order (number)", "SELECT 1")],
        "ban-concurrent-index-creation-in-transaction",
    ),
    "an index that is dropped with a lock": ([RunSQL("DROP INDEX x", "SELECT 1")], "require-concurrent-index-deletion"),
    "a type that is written anew": ([AlterField("order", "number", models.BigIntegerField())], "changing-column-type"),
    "a check of every row": ([AddConstraint("order", POSITIVE)], "constraint-missing-not-valid"),
    "a foreign key of every row": (
        [RunSQL("ALTER TABLE shop_order ADD CONSTRAINT k FOREIGN KEY (number) REFERENCES shop_customer", "SELECT 1")],
        "adding-foreign-key-constraint",
    ),
    "a column that may no longer be empty": (
        [RunSQL("ALTER TABLE shop_order ALTER COLUMN note SET NOT NULL", "SELECT 1")],
        "adding-not-nullable-field",
    ),
    "a unique constraint": (
        [RunSQL("ALTER TABLE shop_order ADD CONSTRAINT u UNIQUE (number)", "SELECT 1")],
        "disallowed-unique-constraint",
    ),
    "a lock": ([RunSQL("LOCK TABLE shop_order", "SELECT 1")], "long-lock"),
    "an emptied table": ([RunSQL("TRUNCATE shop_order", "SELECT 1")], "long-lock"),
    "a wait without an end": ([RunSQL("SET lock_timeout = 0", "SELECT 1")], "lock-timeout-lifted"),
    "a backfill by SQL": ([RunSQL("UPDATE shop_order SET number = 1", "SELECT 1")], "backfill-in-a-transaction"),
    "a backfill in Python": ([RunPython(do_nothing, do_nothing)], "backfill-in-a-transaction"),
    "what squawk does not read": (
        [RunSQL("DO $$ BEGIN ALTER TABLE shop_order DROP COLUMN note; END $$", "SELECT 1")],
        "hidden-schema-change",
    ),
    "no way back": ([RunSQL("CREATE TABLE x (id int)")], "no-way-back"),
}  # fmt: skip

INSTEAD: dict[str, Sequence[Operation]] = {
    "a default of the database": [AddField("order", "paid", models.BooleanField(default=False, db_default=False))],
    "a column that may be empty": [AddField("order", "buyer", KEY(null=True, db_index=False))],
    "a check of what is written from now on": [AddConstraintNotValid("order", POSITIVE)],
    "a new table with all it has": [
        CreateModel("Bill", [("id", models.BigAutoField(primary_key=True))]),
        AddField("bill", "order", models.ForeignKey("shop.Order", models.CASCADE)),
        AddField("bill", "sum", models.IntegerField(default=0)),
        AddIndex("bill", models.Index(fields=["sum"], name="by_sum")),
        AddConstraint("bill", models.CheckConstraint(condition=models.Q(sum__gt=0), name="a_sum")),
        RunSQL("INSERT INTO shop_bill (order_id, sum) SELECT id, 1 FROM shop_order", "SELECT 1"),
    ],
    "an index of a hypertable, chunk by chunk": [
        RunSQL("CREATE INDEX i ON reading (time) WITH (timescaledb.transaction_per_chunk)", "SELECT 1"),
    ],
}


@pytest.mark.django_db
class TestRules:
    @pytest.mark.parametrize(("operations", "rule"), REFUSED.values(), ids=REFUSED)
    def test_refuse(self, operations: Sequence[Operation], rule: str) -> None:
        assert rule in broken(*operations)

    @pytest.mark.parametrize("operations", INSTEAD.values(), ids=INSTEAD)
    def test_let_pass(self, operations: Sequence[Operation]) -> None:
        assert broken(*operations) == []

    @pytest.mark.django_db(transaction=True)
    def test_let_pass_what_commits_as_it_goes(self) -> None:
        assert broken(AddIndexConcurrently("order", BY_NUMBER), atomic=False) == []
        assert broken(RunPython(do_nothing, do_nothing), atomic=False) == []
        assert broken(RunSQL("UPDATE shop_order SET number = 1", "SELECT 1"), atomic=False) == []

    def test_let_a_constraint_be_validated_in_a_migration_of_its_own(self) -> None:
        validate = ValidateConstraint("order", "positive")
        state = shop()
        state.add_constraint("shop", "order", POSITIVE)
        change = migration(validate)

        assert broken_rules(change, statements_of(change, state)) == []
        assert broken(AddConstraintNotValid("order", POSITIVE), validate) == ["constraint-missing-not-valid"]

    def test_refuse_what_cannot_be_run_again_after_half_of_it(self) -> None:
        twice = [RunSQL(f"CREATE INDEX CONCURRENTLY {name} ON shop_order (number)", "SELECT 1") for name in "ab"]

        assert broken(*twice, atomic=False) == ["prefer-robust-stmts"]

    def test_let_pass_what_is_allowed_for_a_reason(self) -> None:
        index = AddIndex("order", BY_NUMBER)

        assert broken(index, allowed={"require-concurrent-index-creation": "a clinic has ten orders"}) == []
        assert broken(index, allowed={"require-concurrent-index-creation": ""}) == ["require-concurrent-index-creation"]

    def test_let_a_contract_drop_and_not_rename(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tests.migrating.rules.released", lambda: ["0.3.0", "0.2.0"])

        assert broken(RemoveField("order", "note"), contract="0.2.0") == []
        assert broken(RenameField("order", "note", "remark"), contract="0.2.0") == ["renaming-column"]
        assert broken(RemoveField("order", "note"), contract="0.3.0") == ["contract"]


def test_a_contract_waits_until_no_version_that_serves_uses_the_thing() -> None:
    assert contract_refused("0.2.0", ["0.3.0", "0.2.0"]) == ""
    assert (
        contract_refused("0.3.0", ["0.3.0", "0.2.0"])
        == "0.3.0 still serves while this runs; it waits for the next version"
    )
    assert contract_refused("0.4.0", ["0.3.0", "0.2.0"]) == "0.4.0 is no version of the changelog"


@pytest.mark.django_db(transaction=True)
def test_every_migration_keeps_the_rules_or_is_older_than_they_are() -> None:
    with GRANDFATHERED.open(newline="") as file:
        older = {name for name, _ in csv.reader(file)}
    names, lines = set(), []
    for one, state in own_migrations():
        names.add(str(one))
        if str(one) not in older:
            lines += broken_rules(one, statements_of(one, state))

    assert (lines, older - names) == ([], set())
