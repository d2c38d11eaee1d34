"""What a migration beside a running version must not do: squawk's rules, and ours for what it does not see.

A migration may say ``contract = "0.3.0"``, the last version whose code used what it drops, and ``allowed =
{"rule": "reason"}``. docs/adr/0083 and CONTRIBUTING.md tell what to do instead.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import sqlparse
from django.db.migrations import Migration, RunPython

from tests.migrating.squawk import squawked

CHANGELOG: Final = Path(__file__).resolve().parents[2] / "CHANGELOG.md"
# What only the version before last may have used. A rename is none: both versions run, and each knows one name.
CONTRACTS: Final = {
    "ban-drop-column", "ban-drop-table", "ban-drop-view", "ban-drop-function", "ban-drop-constraint", "ban-drop-type",
    "ban-drop-not-null", "ban-drop-sequence", "ban-drop-schema",
}  # fmt: skip
LONG: Final = re.compile(
    r"(LOCK\b|VACUUM\s+\(?FULL|CLUSTER\b|TRUNCATE\b|REFRESH\s+MATERIALIZED\s+VIEW\s+(?!CONCURRENTLY)"
    r"|ALTER\s+TABLE\b.*\bSET\s+(TABLESPACE|LOGGED|UNLOGGED|ACCESS)\b)",
    re.IGNORECASE | re.DOTALL,
)
DATA: Final = re.compile(
    r"\b(UPDATE\s+(?!OF\b)[\w\"%.]+\s|DELETE\s+FROM\b|INSERT\s+INTO\b.*\bSELECT\b)", re.I | re.DOTALL
)
SCHEMA: Final = re.compile(r"\b(ALTER\s+TABLE|DROP\s+(TABLE|INDEX|VIEW)|CREATE\s+(UNIQUE\s+)?INDEX)\b", re.IGNORECASE)
TIMEOUT: Final = re.compile(r"\bSET\b.*\block_timeout\b|set_config\W+lock_timeout", re.IGNORECASE)
CREATED: Final = re.compile(r"\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?\"?(\w+)", re.IGNORECASE)
ALTERED: Final = re.compile(r"\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?\"?(\w+)", re.IGNORECASE)
# A hypertable has no CONCURRENTLY; it locks one chunk at a time instead.
BY_CHUNKS: Final = re.compile(r"^CREATE INDEX .*timescaledb\.transaction_per_chunk", re.IGNORECASE | re.DOTALL)


def broken_rules(migration: Migration, statements: Sequence[str]) -> list[str]:
    """A line for each rule that the migration breaks without being allowed to."""
    allowed: dict[str, str] = getattr(migration, "allowed", {})
    contract: str = getattr(migration, "contract", "")
    found = [*_squawked(migration, statements), *_ours(migration, statements)]
    lines = [
        f"{migration.app_label}.{migration.name}: {rule}: {what}"
        for rule, what in found
        if not allowed.get(rule) and not (contract and rule in CONTRACTS)
    ]
    if contract and (why_not := contract_refused(contract, released())):
        lines.append(f"{migration.app_label}.{migration.name}: contract: {why_not}")
    return lines


def contract_refused(contract: str, versions: Sequence[str]) -> str:
    """Why a thing cannot be dropped that the version used last; "" where it can. The newest version comes first."""
    if contract not in versions:
        return f"{contract} is no version of the changelog"
    if contract == versions[0]:
        return f"{contract} still serves while this runs; it waits for the next version"
    return ""


def released() -> list[str]:
    """The versions of the changelog, newest first."""
    return re.findall(r"^## \[?v?(\d+\.\d+\.\d+)", CHANGELOG.read_text(), re.MULTILINE)


def _squawked(migration: Migration, statements: Sequence[str]) -> Iterator[tuple[str, str]]:
    made = set(CREATED.findall("\n".join(statements)))
    for rule, what in squawked(statements, atomic=migration.atomic):
        # Nobody reads or locks a table that the same migration makes.
        if made & set(ALTERED.findall(what)) or (rule == "require-concurrent-index-creation" and BY_CHUNKS.match(what)):
            continue
        yield rule, what


def _ours(migration: Migration, statements: Sequence[str]) -> Iterator[tuple[str, str]]:
    made = set(CREATED.findall("\n".join(statements)))
    for statement in _single(statements):
        begins = statement.split(None, 1)[0].upper()
        if TIMEOUT.search(statement):
            yield "lock-timeout-lifted", statement
        if LONG.match(statement):
            yield "long-lock", statement
        if begins == "DO" and SCHEMA.search(statement):
            yield "hidden-schema-change", statement
        if migration.atomic and _is_backfill(statement) and not made & set(re.findall(r"\w+", statement)):
            yield "backfill-in-a-transaction", statement
    for operation in migration.operations:
        if isinstance(operation, RunPython) and migration.atomic and operation.code is not RunPython.noop:
            yield "backfill-in-a-transaction", operation.describe()
        if not operation.reversible:
            yield "no-way-back", operation.describe()


def _is_backfill(statement: str) -> bool:
    return statement.upper().startswith(("DO", "UPDATE", "DELETE", "INSERT", "WITH")) and bool(DATA.search(statement))


def _single(statements: Sequence[str]) -> Iterator[str]:
    for text in statements:
        for statement in sqlparse.split(sqlparse.format(text, strip_comments=True)):
            if statement.strip(" ;\n"):
                yield " ".join(statement.split())
