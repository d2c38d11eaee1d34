import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import accounts.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0006_health_profile"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="patient",
            name="target_set",
            field=models.TextField(
                choices=[
                    ("t1_t2", "T1 T2"),
                    ("older_high_risk", "Older High Risk"),
                    ("pregnancy_t1", "Pregnancy T1"),
                    ("custom", "Custom"),
                ],
                default="t1_t2",
            ),
        ),
        migrations.CreateModel(
            name="PatientTargets",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "target_set",
                    models.TextField(
                        choices=[
                            ("t1_t2", "T1 T2"),
                            ("older_high_risk", "Older High Risk"),
                            ("pregnancy_t1", "Pregnancy T1"),
                            ("custom", "Custom"),
                        ]
                    ),
                ),
                ("low_mg_dl", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("high_mg_dl", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("goals", models.JSONField(blank=True, null=True)),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("reason", accounts.encryption.EncryptedTextField(blank=True, null=True)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="patients.patient"
                    ),
                ),
                (
                    "set_by",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("patient", "since"), name="one_change_of_targets_at_a_time", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("goals__isnull", False),
                                ("high_mg_dl__lte", 250),
                                ("low_mg_dl__gte", 54),
                                ("target_set", "custom"),
                                ("low_mg_dl__lt", models.F("high_mg_dl")),
                            ),
                            models.Q(
                                models.Q(("target_set", "custom"), _negated=True),
                                ("goals__isnull", True),
                                ("high_mg_dl", None),
                                ("low_mg_dl", None),
                            ),
                            _connector="OR",
                        ),
                        name="custom_targets_say_all",
                    ),
                ],
            },
        ),
    ]
