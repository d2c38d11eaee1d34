"""Encrypted columns and what they are searched by: at rest, in a query, and while keys change."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.utils import timezone
from pytest_django import Settings

from accounts import invitations, sealing, second_factor
from accounts.models import Clinic, User
from accounts.roles import Role
from accounts.sessions import refresh_session
from patients.models import HealthProfile, Patient
from tests.conftest import NOW, Member, named, tokens_of
from tests.second_factors import code_at, enrol_app, enrol_recovery_codes

ROOT = Path(__file__).resolve().parents[2]
MakePatient = Callable[..., Patient]
PLACE = "patients.patient.name"


def new_key() -> str:
    return Fernet.generate_key().decode()


def stored(table: str, column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}::text FROM {table} WHERE {column} IS NOT NULL ORDER BY 1")  # noqa: S608 -- of this file
        return [value for (value,) in cursor.fetchall()]


class TestSealing:
    def test_names_its_key(self, settings: Settings) -> None:
        sealed = sealing.seal(PLACE, "Ana Souza")

        assert sealed.startswith(f"{sealing.key_id(settings.FIELD_ENCRYPTION_KEYS[0])}:gAAAAA")
        assert sealing.unseal(PLACE, sealed) == "Ana Souza"

    def test_opens_what_older_keys_sealed(self, settings: Settings) -> None:
        sealed = sealing.seal(PLACE, "Ana Souza")
        settings.FIELD_ENCRYPTION_KEYS = [new_key(), *settings.FIELD_ENCRYPTION_KEYS]

        assert sealing.unseal(PLACE, sealed) == "Ana Souza"
        assert not sealing.seal(PLACE, "x").startswith(sealed[:9])

    def test_opens_what_was_stored_before_there_were_ids(self, settings: Settings) -> None:
        before = Fernet(settings.FIELD_ENCRYPTION_KEYS[0]).encrypt(b"Ana Souza").decode()
        settings.FIELD_ENCRYPTION_KEYS = [new_key(), *settings.FIELD_ENCRYPTION_KEYS]

        assert sealing.unseal(PLACE, before) == "Ana Souza"

    def test_does_not_open_what_was_moved_from_another_column(self) -> None:
        password = sealing.seal("glucose.librelinkupaccount.password", "secret")

        with pytest.raises(InvalidToken):
            sealing.unseal(PLACE, password)

    @pytest.mark.parametrize("text", ["", "Ana Souza", "00000000:gAAAAAxx", "gAAAAA", "é"])
    def test_does_not_open_what_it_did_not_make(self, text: str) -> None:
        with pytest.raises(InvalidToken):
            sealing.unseal(PLACE, text)

    def test_does_not_open_without_its_key(self, settings: Settings) -> None:
        sealed = sealing.seal(PLACE, "Ana Souza")
        settings.FIELD_ENCRYPTION_KEYS = [new_key()]

        with pytest.raises(InvalidToken):
            sealing.unseal(PLACE, sealed)


class TestFields:
    def test_give_back_what_was_put_in(self, clinic: Clinic, make_patient: MakePatient) -> None:
        patient = make_patient(clinic, name="Ágnes 张伟", birth_date="1980-02-29", external_ref="A-1", email=None)
        HealthProfile.objects.create(patient=patient, content={"carb_ratio_g_per_unit": 12.5}, updated_at=NOW)

        found = Patient.objects.select_related("health_profile").get(id=patient.id)

        assert (found.name, str(found.birth_date), found.external_ref, found.email) == (
            "Ágnes 张伟",
            "1980-02-29",
            "A-1",
            None,
        )
        assert found.health_profile.content == {"carb_ratio_g_per_unit": 12.5}

    def test_are_written_again_only_where_they_changed(self, clinic: Clinic, make_patient: MakePatient) -> None:
        make_patient(clinic, birth_date="1980-02-29")
        before = stored("patients_patient", "name || birth_date")
        patient = Patient.objects.get()
        assert patient.name == "Ana Souza"

        patient.save()
        assert stored("patients_patient", "name || birth_date") == before

        patient.name = "Ana Lima"
        patient.save()
        assert stored("patients_patient", "name") != before
        assert [one.name for one in Patient.objects.all()] == ["Ana Lima"]

    def test_are_written_by_the_first_key_where_another_sealed_them(
        self, clinic: Clinic, make_patient: MakePatient, settings: Settings
    ) -> None:
        make_patient(clinic)
        settings.FIELD_ENCRYPTION_KEYS = [new_key(), *settings.FIELD_ENCRYPTION_KEYS]

        Patient.objects.get().save()

        assert stored("patients_patient", "name")[0].startswith(sealing.first_key_id())

    def test_of_json_are_written_where_they_changed_in_their_place(
        self, clinic: Clinic, make_patient: MakePatient
    ) -> None:
        HealthProfile.objects.create(patient=make_patient(clinic), content={"a": 1}, updated_at=NOW)
        profile = HealthProfile.objects.get()
        profile.content["a"] = 2

        profile.save()

        assert HealthProfile.objects.get().content == {"a": 2}

    def test_are_opened_when_they_are_asked_for(
        self, clinic: Clinic, make_patient: MakePatient, settings: Settings
    ) -> None:
        patient = make_patient(clinic)
        settings.FIELD_ENCRYPTION_KEYS = [new_key()]

        found = Patient.objects.get(id=patient.id)

        assert found.timezone == "America/Sao_Paulo"
        with pytest.raises(InvalidToken):
            _ = found.name

    @pytest.mark.parametrize("lookup", ["name", "name__in", "name__icontains", "name__gt", "birth_date__year"])
    def test_refuse_to_be_compared(self, db: None, lookup: str) -> None:
        with pytest.raises(FieldError):
            Patient.objects.filter(**{lookup: "Ana"}).exists()

    def test_can_be_asked_whether_they_are_empty(self, clinic: Clinic, make_patient: MakePatient) -> None:
        make_patient(clinic)

        assert Patient.objects.filter(birth_date__isnull=True).count() == 1

    def test_are_searched_within_a_clinic_only(
        self, clinic: Clinic, other_clinic: Clinic, make_patient: MakePatient
    ) -> None:
        make_patient(clinic)
        make_patient(other_clinic)

        assert len(set(stored("patients_patient", "name_words"))) == 2


class TestRotation:
    @pytest.fixture
    def rotated(self, clinic: Clinic, make_patient: MakePatient, settings: Settings) -> Patient:
        """A patient under the key that is the second one now."""
        patient = make_patient(clinic, birth_date="1980-02-29", email="ana@example.org")
        settings.FIELD_ENCRYPTION_KEYS = [new_key(), *settings.FIELD_ENCRYPTION_KEYS]
        return patient

    def test_seals_everything_again_so_that_the_old_key_can_go(
        self, rotated: Patient, settings: Settings, capsys: Any
    ) -> None:
        call_command("rotate_field_keys", batch=1)

        settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
        found = Patient.objects.get(id=rotated.id)
        assert (found.name, str(found.birth_date), found.email) == ("Ana Souza", "1980-02-29", "ana@example.org")
        assert "everything is under the first key" in capsys.readouterr().out

    def test_seals_the_addresses_of_users_again(self, rotated: Patient, admin: Member, settings: Settings) -> None:
        old = settings.FIELD_ENCRYPTION_KEYS
        settings.FIELD_ENCRYPTION_KEYS = old[1:]
        admin.user.email = "ana@example.org"
        admin.user.save()
        settings.FIELD_ENCRYPTION_KEYS = old

        call_command("rotate_field_keys")

        settings.FIELD_ENCRYPTION_KEYS = old[:1]
        assert User.objects.get(id=admin.user.id).email == "ana@example.org"

    def test_seals_second_factors_again(self, rotated: Patient, admin: Member, settings: Settings) -> None:
        old = settings.FIELD_ENCRYPTION_KEYS
        settings.FIELD_ENCRYPTION_KEYS = old[1:]
        enrol_app(admin.user, NOW)
        codes = enrol_recovery_codes(admin.user)
        settings.FIELD_ENCRYPTION_KEYS = old

        call_command("rotate_field_keys")

        settings.FIELD_ENCRYPTION_KEYS = old[:1]
        second_factor.check(admin.user, code_at(NOW), NOW)
        second_factor.check(admin.user, codes[0], NOW)

    def test_only_counts_where_it_is_asked_to(self, rotated: Patient, capsys: Any) -> None:
        before = stored("patients_patient", "name")

        with pytest.raises(CommandError) as refused:
            call_command("rotate_field_keys", check=True)

        assert refused.value.returncode == 1
        assert "patients_patient.name: 1 left" in capsys.readouterr().out
        assert stored("patients_patient", "name") == before

    def test_ends_with_1_where_no_key_opens_a_value(self, rotated: Patient, settings: Settings, capsys: Any) -> None:
        settings.FIELD_ENCRYPTION_KEYS = [new_key()]

        with pytest.raises(CommandError) as refused:
            call_command("rotate_field_keys")

        assert refused.value.returncode == 1
        assert "patients_patient.name: 1 are opened by none of the keys" in capsys.readouterr().err

    def test_leaves_what_somebody_wrote_meanwhile(self, rotated: Patient) -> None:
        written: list[str] = []

        def write_first(execute: Callable[..., Any], statement: Any, *rest: Any) -> Any:
            if "AS stored SET" in str(statement) and "patients_patient" in str(statement) and not written:
                written.append("Eva Dias")
                rotated.name = written[0]
                rotated.save()
            return execute(statement, *rest)

        with connection.execute_wrapper(write_first):
            call_command("rotate_field_keys", verbosity=0)

        assert len(named("Eva Dias")) == 1

    def test_goes_on_after_it_was_killed(self, transactional_db: None, settings: Settings) -> None:
        User.objects.bulk_create([User(username=f"u{n}", name=f"Nome {n}") for n in range(1000)])
        settings.FIELD_ENCRYPTION_KEYS = [new_key(), *settings.FIELD_ENCRYPTION_KEYS]
        first = sealing.first_key_id()

        with rotating("--batch", "5") as process:
            assert process.stdout
            assert process.stdout.readline().startswith("accounts_user.name: 5 ")
            process.kill()
            process.wait()
        done = sum(text.startswith(first) for text in stored("accounts_user", "name"))
        with rotating() as process:
            out, _ = process.communicate()

        assert 5 <= done < 1000
        assert process.returncode == 0
        assert f"accounts_user.name: {1000 - done} sealed again" in out
        assert all(text.startswith(first) for text in stored("accounts_user", "name"))
        settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
        assert {user.name for user in User.objects.all()} == {f"Nome {n}" for n in range(1000)}


def rotating(*options: str) -> "subprocess.Popen[str]":
    """The command in a process of its own, with the keys and the database of this test."""
    from django.conf import settings

    database = connection.settings_dict
    login = f"{quote(str(database['USER']))}:{quote(str(database['PASSWORD']))}"
    url = f"postgres://{login}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    keys = ",".join(settings.FIELD_ENCRYPTION_KEYS)
    return subprocess.Popen(
        [sys.executable, "manage.py", "rotate_field_keys", *options],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "FIELD_ENCRYPTION_KEYS": keys},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class TestBlindIndexKeys:
    @pytest.fixture
    def changed(self, clinic: Clinic, make_patient: MakePatient, settings: Settings) -> Patient:
        """A patient whose hashes are of the key that is the second one now."""
        patient = make_patient(clinic, name="José Silva", external_ref="A-1")
        settings.BLIND_INDEX_KEYS = ["n" * 48, *settings.BLIND_INDEX_KEYS]
        return patient

    @staticmethod
    def found(admin: Member, text: str) -> int:
        return len(admin.api.get("/api/v1/patients/", {"search": text}).json()["results"])

    def test_all_find(self, changed: Patient, admin: Member) -> None:
        assert (self.found(admin, "jose silva"), self.found(admin, "A-1")) == (1, 1)

    def test_are_one_after_a_rebuild(self, changed: Patient, admin: Member, settings: Settings) -> None:
        call_command("rebuild_blind_index", batch=1)

        settings.BLIND_INDEX_KEYS = settings.BLIND_INDEX_KEYS[:1]
        assert (self.found(admin, "jose silva"), self.found(admin, "A-1")) == (1, 1)

    def test_find_nothing_once_they_are_gone(self, changed: Patient, admin: Member, settings: Settings) -> None:
        settings.BLIND_INDEX_KEYS = settings.BLIND_INDEX_KEYS[:1]

        assert (self.found(admin, "jose silva"), self.found(admin, "A-1")) == (0, 0)

    def test_find_a_users_address_before_and_after_a_rebuild(self, admin: Member, settings: Settings) -> None:
        admin.user.email = "ana@example.org"
        admin.user.save()
        settings.BLIND_INDEX_KEYS = ["n" * 48, *settings.BLIND_INDEX_KEYS]
        assert User.objects.with_email("ana@example.org").get() == admin.user
        tokens = tokens_of(admin.user)

        # Whoever is saved meanwhile has the same address as ever.
        User.objects.get(id=admin.user.id).save()
        User.objects.filter(id=admin.user.id).update(email_hash="under an older key")
        call_command("rebuild_blind_index", batch=1)

        settings.BLIND_INDEX_KEYS = settings.BLIND_INDEX_KEYS[:1]
        assert User.objects.with_email("ana@example.org").get() == admin.user
        assert refresh_session(tokens.refresh, timezone.now()).refresh

    def test_keep_a_users_address_unique(self, admin: Member, clinic: Clinic, member: Callable[..., Member]) -> None:
        other = member(clinic, Role.CLINICIAN).user
        admin.user.email, other.email = "ana@example.org", "Ana@Example.org"
        admin.user.save()

        with pytest.raises(IntegrityError, match="one_user_an_email"):
            other.save()

    def test_keep_a_reference_unique(self, clinic: Clinic, make_patient: MakePatient) -> None:
        make_patient(clinic, external_ref="A-1")

        with pytest.raises(IntegrityError, match="external_ref_is_unique_in_the_clinic"):
            make_patient(clinic, external_ref="A-1")


class TestMigration:
    @pytest.fixture
    def back_again(self, transactional_db: None) -> Iterator[None]:
        yield
        call_command("migrate", verbosity=0)

    def test_encrypts_what_was_plain_and_can_be_taken_back(
        self, back_again: None, clinic: Clinic, make_patient: MakePatient, admin: Member
    ) -> None:
        patient = make_patient(clinic, birth_date="1980-02-29", external_ref="A-1")
        admin.user.email = "ana@example.org"
        admin.user.save()
        eva = invitations.invite(admin.caller, email="Eva@example.org", name="Eva", role=Role.PATIENT, language="en")
        admin.api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(admin.user).access}")
        admin.api.post(
            "/api/v1/librelinkup/accounts/",
            {"email": "a@example.org", "password": "pw"},
            format="json",
            headers={"Idempotency-Key": "k"},
        )

        for app, name in (("glucose", "0002"), ("patients", "0002"), ("accounts", "0002")):
            call_command("migrate", app, name, verbosity=0)

        assert stored("patients_patient", "name || birth_date || external_ref") == ["Ana Souza1980-02-29A-1"]
        assert stored("glucose_librelinkupaccount", "email") == ["a@example.org"]
        assert stored("glucose_librelinkupaccount", "password")[0].startswith("gAAAAA")
        assert "a@example.org" in stored("accounts_keptanswer", "convert_from(body, 'UTF8')")[0]
        assert set(stored("accounts_user", "name || username || email")) == {
            "admin 0admin-0ana@example.org",
            "Evaeva@example.orgeva@example.org",
        }

        call_command("migrate", verbosity=0)
        # The sessions went with their table.
        admin.api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(admin.user).access}")

        found = Patient.objects.get(id=patient.id)
        assert (found.name, str(found.birth_date), found.external_ref) == ("Ana Souza", "1980-02-29", "A-1")
        assert all(sealing.SEALED.fullmatch(text) for text in stored("patients_patient", "name"))
        assert TestBlindIndexKeys.found(admin, "souza") == TestBlindIndexKeys.found(admin, "A-1") == 1
        account = {"email": "A@example.org", "password": "pw"}
        assert admin.api.post("/api/v1/librelinkup/accounts/", account, format="json").status_code == 409
        assert all(sealing.SEALED.fullmatch(text) for text in stored("accounts_user", "email"))
        assert set(stored("accounts_user", "username")) == {"admin-0", str(eva.user_id)}
        assert User.objects.get_by_natural_key("eva@example.org").id == eva.user_id
        assert User.objects.with_email("ANA@example.org").get() == admin.user
