from django.db import migrations

import accounts.blind_index
import accounts.encryption
import sql


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0002_list_indexes"),
    ]

    operations = [
        sql.RunSQLFile("indexes/0002_drop_patient_by_name"),
        migrations.RemoveConstraint(model_name="patient", name="external_ref_is_unique_in_the_clinic"),
        migrations.AlterField(model_name="patient", name="name", field=accounts.encryption.EncryptedTextField()),
        migrations.AlterField(
            model_name="patient",
            name="external_ref",
            field=accounts.encryption.EncryptedTextField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="patient",
            name="birth_date",
            field=accounts.encryption.EncryptedDateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="patient",
            name="email",
            field=accounts.encryption.EncryptedTextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="patient",
            name="name_words",
            field=accounts.blind_index.WordsField(default=list, of="name", within="clinic_id"),
        ),
        migrations.AddField(
            model_name="patient",
            name="external_ref_hash",
            field=accounts.blind_index.ValueField(folded=False, of="external_ref", within="clinic_id"),
        ),
    ]
