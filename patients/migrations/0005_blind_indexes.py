from django.db import migrations, models

import sql


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0004_encrypt"),
    ]

    operations = [
        sql.RunSQLFile("indexes/0003_patient_by_words"),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None)),
                fields=("clinic", "external_ref_hash"),
                name="external_ref_is_unique_in_the_clinic",
            ),
        ),
    ]
