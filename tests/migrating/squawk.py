"""What squawk, which parses SQL as PostgreSQL does, finds in the statements of a migration."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

SQUAWK: Final = Path(sys.executable).with_name("squawk")
OLDEST_SERVER: Final = "15.0"
# A matter of taste, or seen to elsewhere; every other rule of squawk counts, those of later versions too.
NOT_ASKED: Final = {
    "prefer-bigint-over-int": "the model decides",
    "prefer-bigint-over-smallint": "the model decides",
    "prefer-text-field": "changing-column-type finds what rewrites",
    "prefer-identity": "Django writes identity columns",
    "prefer-timestamp-tz": "Django writes timestamptz",
    "require-lock-timeout": "project/migration_patience.py sets it for every migration",
    "require-statement-timeout": "building an index may take long; it is waiting for a lock that may not",
}
# A column that is NULL in every row has nothing to be checked, so its foreign key is not: the server skips that.
KEY_OF_A_NEW_COLUMN: Final = re.compile(
    r'(ADD COLUMN "\w+" \w+ NULL) CONSTRAINT "\w+" REFERENCES "\w+"\s*\("\w+"\)( DEFERRABLE INITIALLY DEFERRED)?'
)


class SquawkFailed(Exception):
    """It did not come to an answer."""


def squawked(statements: Sequence[str], *, atomic: bool) -> list[tuple[str, str]]:
    """Rule and statement of each finding."""
    text = "\n".join(statements)
    # One statement, or a transaction, is done or not; of several, some may be when the migration is run again.
    excluded = ",".join([*NOT_ASKED, *(["prefer-robust-stmts"] if atomic or len(statements) == 1 else [])])
    text = KEY_OF_A_NEW_COLUMN.sub(r"\1", text)
    if atomic:
        text = f"BEGIN;\n{text}\nCOMMIT;"
    done = subprocess.run(
        [str(SQUAWK), "--reporter=json", f"--pg-version={OLDEST_SERVER}", f"--exclude={excluded}"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1) or not done.stdout.strip():
        raise SquawkFailed(done.stderr or done.stdout)
    lines = text.splitlines()
    return [
        (found["rule_name"], " ".join(lines[found["line"] : found["line_end"] + 1]).strip())
        for found in json.loads(done.stdout)
    ]
