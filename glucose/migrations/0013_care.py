"""Insulin and carbohydrates of patients, and which of them were taken back."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import accounts.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("glucose", "0012_recent_day"),
        ("patients", "0007_targets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Treatment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("time", models.DateTimeField()),
                ("utc_offset_minutes", models.SmallIntegerField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("rapid_insulin", "rapid_insulin"),
                            ("long_insulin", "long_insulin"),
                            ("other_insulin", "other_insulin"),
                            ("basal", "basal"),
                            ("carbohydrates", "carbohydrates"),
                        ]
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=4, max_digits=9)),
                ("unit", models.TextField(choices=[("U", "U"), ("g", "g")])),
                ("duration_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("source", models.SmallIntegerField()),
                ("note", accounts.encryption.EncryptedTextField(blank=True, default="")),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="treatments", to="patients.patient"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TreatmentRemoval",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", accounts.encryption.EncryptedTextField(blank=True, default="")),
                ("removed_at", models.DateTimeField()),
                ("restored_at", models.DateTimeField(blank=True, null=True)),
                (
                    "removed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "restored_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "treatment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="removals", to="glucose.treatment"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.UniqueConstraint(
                fields=("patient", "time", "kind", "amount", "source"), name="one_row_a_treatment"
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="treatment_is_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "carbohydrates"), ("unit", "g")),
                    models.Q(
                        models.Q(("kind", "carbohydrates"), _negated=True),
                        ("unit", "U"),
                    ),
                    _connector="OR",
                ),
                name="treatment_is_in_its_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatmentremoval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("restored_at", None)), fields=("treatment",), name="one_removal_that_stands"
            ),
        ),
        migrations.AddConstraint(
            model_name="treatmentremoval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("restored_at", None), ("restored_by", None)),
                    models.Q(("restored_at__isnull", False), ("restored_by__isnull", False)),
                    _connector="OR",
                ),
                name="treatment_is_restored_by_somebody",
            ),
        ),
    ]
