"""What identifies a patient becomes ciphertext, with the hashes that it is searched by."""

from typing import Any

from django.db import migrations

from accounts.columns import Column, rewrite
from accounts.rotation import rebuild
from accounts.sealing import is_sealed, seal, unseal

SEALED = ["name", "external_ref", "birth_date"]
HASHED = ["name_words", "external_ref_hash"]


def encrypt(apps: Any, schema_editor: Any) -> None:
    patient = apps.get_model("patients", "Patient")
    for field in map(patient._meta.get_field, SEALED):
        rewrite(Column(field), lambda text, place=field.place: text if is_sealed(text) else seal(place, text))
    for field in map(patient._meta.get_field, HASHED):
        rebuild(Column(field), tell=lambda column, done: None)


def decrypt(apps: Any, schema_editor: Any) -> None:
    patient = apps.get_model("patients", "Patient")
    for field in map(patient._meta.get_field, SEALED):
        rewrite(Column(field), lambda text, place=field.place: unseal(place, text) if is_sealed(text) else text)


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0003_encrypted_columns"),
    ]

    operations = [migrations.RunPython(encrypt, decrypt)]
