"""What was sealed for the old name of the accounts' table, and hashed for it, is sealed and hashed for the new one."""

from typing import Any

from django.db import migrations

from accounts.columns import Column, rewrite
from accounts.rotation import rebuild
from accounts.sealing import seal, unseal

OLD = "glucose.librelinkupaccount"
NEW = "glucose.sourceaccount"


def seal_again(apps: Any, before: str, after: str) -> None:
    account = apps.get_model("glucose", "SourceAccount")._meta
    for name in ("email", "password", "token"):
        rewrite(
            Column(account.get_field(name)),
            lambda text, name=name: seal(f"{after}.{name}", unseal(f"{before}.{name}", text)),
        )


def there(apps: Any, schema_editor: Any) -> None:
    seal_again(apps, OLD, NEW)
    account = apps.get_model("glucose", "SourceAccount")._meta
    rebuild(Column(account.get_field("email_hash")), tell=lambda column, done: None)


def back(apps: Any, schema_editor: Any) -> None:
    # The hashes follow when the table has its old name: 0007.
    seal_again(apps, NEW, OLD)


class Migration(migrations.Migration):
    dependencies = [
        ("glucose", "0008_source_accounts"),
    ]

    operations = [migrations.RunPython(there, back)]
