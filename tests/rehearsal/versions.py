"""The version that runs and the one that replaces it, each in a folder of its own."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[2]
TABLE: Final = "patients_patient"
MIGRATION: Final = f'''"""What a version expands: the one before does not know of it."""

from django.db import migrations


class Migration(migrations.Migration):
    """A column that may be empty."""

    dependencies = [("patients", "{{leaf}}")]
    operations = [
        migrations.RunSQL(
            ["SET LOCAL lock_timeout = '5s'", "ALTER TABLE {TABLE} ADD COLUMN rehearsed text"],
            "ALTER TABLE {TABLE} DROP COLUMN rehearsed",
        )
    ]
'''


@dataclass(frozen=True, slots=True)
class Version:
    """A name for the output, and where its code is."""

    name: str
    folder: Path


def running(revision: str | None, folder: Path) -> Version:
    """The tree as it stands, or that of a revision."""
    if revision is None:
        _copy(folder)
        return Version("this version", folder)
    folder.mkdir()
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    return Version(revision, folder)


def replacing(folder: Path) -> Version:
    """The tree as it stands, with a migration more."""
    _copy(folder)
    migrations = folder / "patients/migrations"
    leaf = max(path.stem for path in migrations.glob("[0-9]*.py"))
    number = int(re.match(r"\d+", leaf)[0]) + 1  # type: ignore[index]
    (migrations / f"{number:04}_rehearsed.py").write_text(MIGRATION.replace("{leaf}", leaf), encoding="utf-8")
    return Version("the next version", folder)


def _copy(folder: Path) -> None:
    """Whoever edits the tree meanwhile edits no process that runs."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
