"""The e-mails of LibreLinkUp accounts become ciphertext; what was ciphertext already is bound to its column."""

from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import migrations

from accounts.columns import Column, rewrite
from accounts.rotation import rebuild
from accounts.sealing import is_sealed, seal, unseal

BEFORE = [
    ("librelinkupaccount", "password"),
    ("librelinkupaccount", "token"),
    ("vendorpatient", "first_name"),
    ("vendorpatient", "last_name"),
]


def encrypt(apps: Any, schema_editor: Any) -> None:
    account = apps.get_model("glucose", "LibreLinkUpAccount")._meta
    email = account.get_field("email")
    rewrite(Column(email), lambda text: text if is_sealed(text) else seal(email.place, text))
    rebuild(Column(account.get_field("email_hash")), tell=lambda column, done: None)
    for model, name in BEFORE:
        field = apps.get_model("glucose", model)._meta.get_field(name)
        rewrite(Column(field), lambda text, place=field.place: seal(place, unseal(place, text)))


def decrypt(apps: Any, schema_editor: Any) -> None:
    email = apps.get_model("glucose", "LibreLinkUpAccount")._meta.get_field("email")
    rewrite(Column(email), lambda text: unseal(email.place, text) if is_sealed(text) else text)
    unbound = Fernet(settings.FIELD_ENCRYPTION_KEYS[0])
    for model, name in BEFORE:
        field = apps.get_model("glucose", model)._meta.get_field(name)
        rewrite(
            Column(field), lambda text, place=field.place: unbound.encrypt(unseal(place, text).encode()).decode("ascii")
        )


class Migration(migrations.Migration):
    dependencies = [
        ("glucose", "0004_encrypted_columns"),
    ]

    operations = [migrations.RunPython(encrypt, decrypt)]
