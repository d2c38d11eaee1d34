"""Nobody who has the database, a dump or the logs, but no key, reads who the patients are, or signs in anywhere."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Clinic
from accounts.roles import Role
from accounts.services import create_member
from glucose.models import SourceAccount
from glucose.services.sync import sync_account
from simulator.process import SimulatorProcess
from tests.conftest import Member
from tests.raw_tables import seek

V1 = "/api/v1/"
NAME, BIRTH, EMAIL, REFERENCE = "Jucélia Abrantes", "1957-08-23", "jucelia@example.org", "PRONTUARIO-77123"
CHANGED, OWNER, PROFILE = "Jucélia Quintanilha", "Owner Bragança", 37.625
OWNERS_EMAIL, INVITED = "owner.braganca@example.org", "Invited.Patient@example.org"
ACCOUNT, PASSWORD, FIRST, LAST = "Follower.Clinic@example.org", "vendor pässword 9", "Zulmira", "Figueiredo"


@pytest.fixture
def driven(
    transactional_db: None, clinic: Clinic, member: Callable[..., Member], settings: Settings, caplog: Any
) -> dict[str, str]:
    """The secrets that went in through the API and a sync, by name; those that the vendor gave too."""
    caplog.set_level("DEBUG")
    admin = member(clinic, Role.ADMIN)

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        response = getattr(admin.api, method)(V1 + path, body, format="json", headers=headers)
        assert response.status_code < 300, response.content
        return response.json() if response.content else None

    given = {"name": NAME, "timezone": "UTC", "birth_date": BIRTH, "email": EMAIL, "external_ref": REFERENCE}
    patient = call("post", "patients/", given, **{"Idempotency-Key": "one"})["id"]
    call("patch", f"patients/{patient}/", {"name": CHANGED})
    call("put", f"patients/{patient}/health-profile/", {"carb_ratio_g_per_unit": PROFILE})
    call("get", "patients/", {"search": "quintanilha"})
    create_member(
        clinic_id=clinic.id,
        username="p1",
        password="a long passphrase",
        name=OWNER,
        role=Role.PATIENT,
        email=OWNERS_EMAIL,
    )
    invited = call("post", "members/", {"email": INVITED, "name": NAME, "role": "patient"}, **{"Idempotency-Key": "0"})
    assert (invited["email"], invited["username"]) == (INVITED.lower(), INVITED.lower())
    call("patch", f"members/{invited['id']}/", {"name": CHANGED})
    anonymous = APIClient()
    signed_in = anonymous.post(V1 + "auth/token/", {"username": "p1", "password": "a long passphrase"}, format="json")
    pair = anonymous.post(V1 + "auth/token/refresh/", {"refresh": signed_in.json()["refresh"]}, format="json").json()

    with SimulatorProcess() as vendor:
        settings.LIBRELINKUP_GLOBAL_URL, settings.LIBRELINKUP_REGION_URL = vendor.url, vendor.url + "/{region}"
        vendor.create_account(email=ACCOUNT.lower(), password=PASSWORD)
        vendor.create_patient(account=ACCOUNT.lower(), first_name=FIRST, last_name=LAST)
        account = call(
            "post", "librelinkup/accounts/", {"email": ACCOUNT, "password": PASSWORD}, **{"Idempotency-Key": "two"}
        )["id"]
        assert sync_account(account_id=account, holder="test", clock=lambda: datetime.now(UTC)).people == 1
    row = SourceAccount.objects.get()
    (person,) = call("get", f"librelinkup/accounts/{account}/unlinked/")["results"]
    assert (row.email, row.password, person["first_name"]) == (ACCOUNT.lower(), PASSWORD, FIRST)
    assert row.token
    return {
        **{"name": NAME, "changed name": CHANGED, "last name": "Quintanilha", "birth date": BIRTH, "e-mail": EMAIL},
        **{"external_ref": REFERENCE, "owner's name": OWNER, "health profile": str(PROFILE)},
        **{"user's address": OWNERS_EMAIL, "address that is a user name": INVITED},
        **{"account": ACCOUNT, "vendor password": PASSWORD, "first name": FIRST, "vendor's last name": LAST},
        **{"vendor token": row.token, "refresh token": signed_in.json()["refresh"], "second refresh": pair["refresh"]},
        "access token": pair["access"],
    }


def test_nothing_that_identifies_or_signs_in_is_in_a_table_or_a_dump(driven: dict[str, str]) -> None:
    sought = seek(driven)

    assert sought.found == []
    assert sought.checked > 100 * len(driven)


def test_nor_in_the_logs(driven: dict[str, str], caplog: Any) -> None:
    logged = "\n".join(record.getMessage() for record in caplog.get_records("setup"))

    assert logged
    assert [name for name, secret in driven.items() if secret in logged] == []


@pytest.mark.parametrize(
    "expression",
    [
        "%s",
        "upper(%s)",
        "encode(convert_to(%s, 'UTF8'), 'hex')",
        "encode(convert_to('a' || %s, 'UTF8'), 'base64')",
        "json_build_object('a', %s)::text",
    ],
)
def test_what_is_there_would_be_found(clinic: Clinic, expression: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_clinic SET name = {expression}", [NAME])  # noqa: S608 -- of this file

    found = seek({"name": NAME}).found

    assert 'name in "public"."accounts_clinic"."name"' in found
    assert 'name in a copy of "public"."accounts_clinic"' in found
