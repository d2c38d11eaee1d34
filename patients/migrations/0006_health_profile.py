from django.db import migrations, models

import accounts.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0005_blind_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="HealthProfile",
            fields=[
                (
                    "patient",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        primary_key=True,
                        related_name="health_profile",
                        serialize=False,
                        to="patients.patient",
                    ),
                ),
                ("content", accounts.encryption.EncryptedJSONField()),
                ("updated_at", models.DateTimeField()),
            ],
        ),
    ]
