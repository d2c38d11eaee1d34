"""Addresses of users become ciphertext, and are found by a blind index."""

from typing import Any

from django.db import migrations

from accounts.columns import Column, rewrite
from accounts.rotation import rebuild
from accounts.sealing import is_sealed, seal, unseal


def encrypt(apps: Any, schema_editor: Any) -> None:
    user = apps.get_model("accounts", "User")._meta
    email = user.get_field("email")
    rewrite(Column(email), lambda text: text if is_sealed(text) else seal(email.place, text))
    rebuild(Column(user.get_field("email_hash")), tell=lambda column, done: None)


def decrypt(apps: Any, schema_editor: Any) -> None:
    email = apps.get_model("accounts", "User")._meta.get_field("email")
    rewrite(Column(email), lambda text: unseal(email.place, text) if is_sealed(text) else text)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_encrypted_addresses"),
    ]

    operations = [migrations.RunPython(encrypt, decrypt)]
