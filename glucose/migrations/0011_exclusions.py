"""What clinicians take out of a patient's statistics, and whether the newest reading is."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import accounts.encryption
from sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("glucose", "0010_gap_ledger"),
        ("patients", "0006_health_profile"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                (
                    "reason",
                    models.TextField(
                        choices=[
                            ("compression_low", "Compression low"),
                            ("warm_up", "Warm-up of the sensor"),
                            ("faulty_sensor", "Faulty sensor"),
                            ("other", "Other"),
                        ]
                    ),
                ),
                ("note", accounts.encryption.EncryptedTextField(blank=True, default="")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exclusions", to="patients.patient"
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "-id"], name="exclusion_of_patient")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("start__lt", models.F("end"))), name="exclusion_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at", None), ("undone_by", None)),
                            models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="exclusion_is_undone_by_somebody",
                    ),
                ],
            },
        ),
        RunSQLFile("hypertables/0004_latest_excluded"),
        migrations.AddField("latestreading", "excluded", models.BooleanField()),
    ]
