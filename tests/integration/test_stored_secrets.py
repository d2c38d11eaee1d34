"""What opens the API is neither in the database nor in the log: every row of every table is read."""

import logging
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from rest_framework.test import APIClient

from tests.conftest import Member

V1 = "/api/v1/"
PASSWORD = "correct horse battery"


def everything_stored() -> str:
    """Every row of every table of ours as PostgreSQL writes it."""
    with connection.cursor() as cursor:
        tables = [table.name for table in connection.introspection.get_table_list(cursor) if table.type == "t"]
        found = []
        for table in tables:
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT {name}::text FROM {name}")  # noqa: S608 -- a name from the catalogue
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


def test_tokens_and_secrets_are_neither_stored_nor_logged(admin: Member, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    admin.user.set_password(PASSWORD)
    admin.user.save()
    api = APIClient()
    answers: list[dict[str, Any]] = []

    def post(path: str, body: object) -> dict[str, Any]:
        answers.append(api.post(V1 + path, body, format="json", HTTP_IDEMPOTENCY_KEY=f"once {len(answers)}").json())
        return answers[-1]

    first = post("auth/token/", {"username": admin.user.username, "password": PASSWORD})
    second = post("auth/token/refresh/", {"refresh": first["refresh"]})
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {second['access']}")
    key = post("keys/", {"name": "Laboratory", "scopes": ["patients:read"]})
    post(f"keys/{key['id']}/rotate/", {})
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {key['secret']}")
    assert api.get(V1 + "patients/").status_code == 200
    post("auth/token/refresh/", {"refresh": first["refresh"]})

    stored = everything_stored()

    tokens = [answer[name] for answer in answers for name in ("access", "refresh") if name in answer]
    # A part of one would do: the signature of a token, the random half of a secret.
    sought = [token.rpartition(".")[2] for token in tokens]
    sought += [answer["secret"][6:70] for answer in answers if "secret" in answer]
    assert len(sought) == 6
    assert key["id"] in stored, "the key's own row was read"
    assert [one for one in [*sought, PASSWORD] if one in stored or one in caplog.text] == []


@pytest.mark.django_db(transaction=True)
def test_the_tables_that_kept_refresh_tokens_are_dropped_where_they_are() -> None:
    call_command("migrate", "accounts", "0002", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE token_blacklist_outstandingtoken (id bigint PRIMARY KEY, token text)")
        cursor.execute(
            "CREATE TABLE token_blacklist_blacklistedtoken"
            " (id bigint PRIMARY KEY, token_id bigint REFERENCES token_blacklist_outstandingtoken)"
        )
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('token_blacklist', '0001_initial', now())"
        )

    call_command("migrate", verbosity=0)

    with connection.cursor() as cursor:
        assert [name for name in connection.introspection.table_names(cursor) if "blacklist" in name] == []
        cursor.execute("SELECT count(*) FROM django_migrations WHERE app = 'token_blacklist'")
        assert cursor.fetchone() == (0,)
