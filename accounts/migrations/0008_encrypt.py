"""Names of users and kept answers become ciphertext."""

from typing import Any

from django.db import migrations

from accounts.columns import Column, rewrite
from accounts.sealing import is_sealed, seal, unseal

COLUMNS = [("user", "name"), ("keptanswer", "body")]


def encrypt(apps: Any, schema_editor: Any) -> None:
    for model, name in COLUMNS:
        field = apps.get_model("accounts", model)._meta.get_field(name)
        rewrite(Column(field), lambda text, place=field.place: text if is_sealed(text) else seal(place, text))


def decrypt(apps: Any, schema_editor: Any) -> None:
    for model, name in COLUMNS:
        field = apps.get_model("accounts", model)._meta.get_field(name)
        rewrite(Column(field), lambda text, place=field.place: unseal(place, text) if is_sealed(text) else text)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_encrypted_columns"),
    ]

    operations = [migrations.RunPython(encrypt, decrypt)]
