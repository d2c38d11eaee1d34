"""`manage.py export_clinic` and `import_clinic`; what is large or runs beside writers is in `make backup-rehearsal`."""

import json
import os
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Clinic, User
from accounts.roles import Role
from patients.models import Patient
from project.clinic_export import files, reading
from project.clinic_export.writing import export_clinic
from tests.conftest import Member, put

START = datetime(2002, 3, 1, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("clean_readings")


@pytest.fixture
def two_clinics(member: Callable[..., Member], make_patient: Callable[..., Patient]) -> tuple[Clinic, Clinic]:
    """Ours with a patient, their readings and a member who may sign in; and another like it."""
    made = []
    for name, patient, mg_dl in (("Clínica Norte", "Ana Souza", 123), ("Clínica Sul", "Zenobia Quartzo", 377)):
        clinic = Clinic.objects.create(name=name)
        put(make_patient(clinic, member(clinic, Role.CLINICIAN), name=patient), *[mg_dl] * 20, start=START)
        User.objects.filter(membership__clinic=clinic).update(password="argon2$secret")
        made.append(clinic)
    return made[0], made[1]


def contents(path: Path) -> dict[str, list[dict[str, Any]]]:
    """By table, its rows."""
    found: dict[str, list[dict[str, Any]]] = {}
    with tarfile.open(path) as tar:
        for member in tar.getmembers():
            file = tar.extractfile(member)
            assert file
            if member.name != "manifest.json":
                found.setdefault(member.name.split("/")[0], []).extend(map(json.loads, file.read().splitlines()))
    return found


def test_has_everything_of_one_clinic_and_nothing_of_another_and_comes_back(
    two_clinics: tuple[Clinic, Clinic], tmp_path: Path
) -> None:
    ours, theirs = two_clinics
    path, sealed, key = tmp_path / "clear.tar.gz", tmp_path / "clinic.age", tmp_path / "key"

    call_command("export_clinic", str(ours.id), str(path), "--in-the-clear", verbosity=0)
    call_command("export_clinic", str(ours.id), str(sealed), "--for", files.new_key(key), verbosity=0)

    rows = contents(path)
    assert [row["name"] for row in rows["patients_patient"]] == ["Ana Souza"]
    assert {row["mg_dl"] for row in rows["reading"]} == {123}
    assert len(rows["reading"]) == 20
    assert {row["password"] for row in rows["accounts_user"]} == {"!"}
    assert "name_words" not in rows["patients_patient"][0]
    text = json.dumps(rows, ensure_ascii=False)
    assert not [one for one in ("Zenobia", "377", str(theirs.id), "argon2") if one in text]
    assert reading.check(sealed, key).rows == {table: len(lines) for table, lines in rows.items()}

    with pytest.raises(CommandError, match="there is a clinic already"):
        call_command("import_clinic", str(sealed), "--key", str(key))
    # The rows of both go; keys of another installation come.
    call_command("flush", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reading, latest_reading, late_range, recent_day")
    before = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = [files_key()]
    try:
        call_command("import_clinic", str(sealed), "--key", str(key), verbosity=0)
        again = tmp_path / "again.tar.gz"
        export_clinic(ours.id, again, recipient=None, now=START, tell=lambda table, count: None)
        found = Patient.objects.get()
        assert (found.name, found.clinic_id) == ("Ana Souza", ours.id)
    finally:
        settings.FIELD_ENCRYPTION_KEYS = before
    imported = contents(again)
    assert {name: rows[name] for name in rows if name != "late_range"} == {
        name: imported[name] for name in imported if name != "late_range"
    }


def files_key() -> str:
    """A key of another installation."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def test_is_not_there_where_it_could_not_be_whole(two_clinics: tuple[Clinic, Clinic], tmp_path: Path) -> None:
    ours, _ = two_clinics
    path = tmp_path / "clinic.tar.gz"

    with pytest.raises(CommandError, match="there is no clinic"):
        call_command("export_clinic", str(uuid4()), str(path), "--in-the-clear")
    with pytest.raises(CommandError, match="begins with age1"):
        call_command("export_clinic", str(ours.id), str(path), "--for", "nobody")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE patients_patient SET name = '00000000:gAAAAAunknown' WHERE clinic_id = %s", [ours.id])
    with pytest.raises(CommandError, match=r"no key .* opens a value of patients_patient\.name"):
        call_command("export_clinic", str(ours.id), str(path), "--in-the-clear")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif("TEST_DATABASE_URL" not in os.environ, reason="the embedded server has one session")
def test_shows_one_instant_though_others_write_meanwhile(
    two_clinics: tuple[Clinic, Clinic], make_patient: Callable[..., Patient], tmp_path: Path
) -> None:
    ours, _ = two_clinics
    path = tmp_path / "clinic.tar.gz"
    database = connection.settings_dict

    def write(table: str, count: int) -> None:
        """A patient's status changes, and readings go, after each table."""
        address = {"host": database["HOST"], "port": database["PORT"] or None, "user": database["USER"]}
        with psycopg.connect(dbname=database["NAME"], password=database["PASSWORD"], **address) as other:
            other.execute("UPDATE patients_patient SET status = 'paused'")
            other.execute("DELETE FROM reading WHERE ctid IN (SELECT ctid FROM reading LIMIT 5)")

    export_clinic(ours.id, path, recipient=None, now=START, tell=write)

    rows = contents(path)
    assert len(rows["reading"]) == 20
    assert {row["status"] for row in rows["patients_patient"]} == {"active"}
