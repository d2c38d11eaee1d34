"""What somebody reads who has the database, or a dump of it, and no key: every table, column by column and as COPY.

``seek`` counts what it looked at, so that a run that looked at nothing is told from one that found nothing.
"""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.db import connection

TABLES = """
    SELECT namespace.nspname, relation.relname, attribute.attname
    FROM pg_class AS relation
    JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
    JOIN pg_attribute AS attribute ON attribute.attrelid = relation.oid
    WHERE relation.relkind IN ('r', 'm') AND attribute.attnum > 0 AND NOT attribute.attisdropped
        AND namespace.nspname NOT IN ('pg_catalog', 'information_schema')
    ORDER BY 1, 2, attribute.attnum
"""


@dataclass(slots=True)
class Sought:
    """How many searches were made, and where what was found."""

    checked: int = 0
    found: list[str] = field(default_factory=list)


def seek(secrets: Mapping[str, str]) -> Sought:
    """Look for each secret, by its name, in every column of every table and in every dump that can be made here."""
    sought = Sought()
    spellings = {name: [known.lower() for known in _spellings(secret)] for name, secret in secrets.items()}
    columns = _columns()
    assert columns
    for place, content in (*_by_column(columns), *_copies(columns), *_dump()):
        lowered = content.lower()
        for name, known in spellings.items():
            sought.checked += 1
            if any(spelling in lowered for spelling in known):
                sought.found.append(f"{name} in {place}")
    return sought


def _spellings(secret: str) -> Iterator[str]:
    """The secret as text, JSON, bytes in hexadecimal, part of a URL, and base64 at each of its three offsets."""
    plain = secret.encode()
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret)[1:-1].replace("\\", "\\\\")
    yield plain.hex()
    yield quote(secret)
    for offset in range(3):
        # Without the letters that its neighbours have a part in.
        text = base64.b64encode(b"\x00" * offset + plain)
        yield text[(0, 2, 3)[offset] : (offset + len(plain)) * 8 // 6].decode()


def _columns() -> dict[str, list[str]]:
    """By table, quoted, its columns, quoted."""
    found: dict[str, list[str]] = {}
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for schema, table, column in cursor.fetchall():
            found.setdefault(f"{name(schema)}.{name(table)}", []).append(name(column))
    return found


def _by_column(columns: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    for table, names in columns.items():
        for name in names:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {name}::text FROM {table} WHERE {name} IS NOT NULL")  # noqa: S608 -- quoted
                yield f"{table}.{name}", "\n".join(value for (value,) in cursor.fetchall())


def _copies(columns: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    for table in columns:
        statement = f"COPY (SELECT * FROM {table}) TO STDOUT"  # noqa: S608 -- quoted
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            yield f"a copy of {table}", b"".join(bytes(part) for part in copy).decode()


def _dump() -> Iterator[tuple[str, str]]:
    """What pg_dump writes of what is committed, where there is one that is not older than the server."""
    database: dict[str, Any] = connection.settings_dict
    program = shutil.which("pg_dump")
    if program is None or database["NAME"] == "template1":
        return
    address = {"host": database["HOST"], "port": database["PORT"], "user": database["USER"], "dbname": database["NAME"]}
    target = " ".join(f"{name}={value}" for name, value in address.items() if value)
    done = subprocess.run(
        [program, "--format=plain", target], capture_output=True, env={"PGPASSWORD": database["PASSWORD"]}, check=False
    )
    if b"server version mismatch" in done.stderr:
        return
    done.check_returncode()
    yield "pg_dump", done.stdout.decode()
