"""On the way back, when the table has its old name again: its blind index as that name makes it."""

from typing import Any

from django.db import migrations

from accounts.columns import Column
from accounts.rotation import rebuild


def hashes_back(apps: Any, schema_editor: Any) -> None:
    account = apps.get_model("glucose", "LibreLinkUpAccount")._meta
    rebuild(Column(account.get_field("email_hash")), tell=lambda column, done: None)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_encrypt"),
        ("glucose", "0006_one_account_an_email"),
    ]

    operations = [migrations.RunPython(migrations.RunPython.noop, hashes_back)]
