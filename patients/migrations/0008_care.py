"""Notes, reviews, and how often patients are reviewed."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import accounts.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_one_user_an_email"),
        ("patients", "0007_targets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("start", models.DateTimeField(blank=True, null=True)),
                ("end", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="patients.patient"
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NoteVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", accounts.encryption.EncryptedTextField()),
                ("written_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="patients.note"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PatientCadence",
            fields=[
                (
                    "patient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="review_cadence",
                        serialize=False,
                        to="patients.patient",
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("weekly", "weekly"),
                            ("two_weekly", "two_weekly"),
                            ("monthly", "monthly"),
                            ("custom", "custom"),
                        ]
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("set_at", models.DateTimeField()),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reviewed_at", models.DateTimeField()),
                ("reviewed_on", models.DateField()),
                (
                    "outcome",
                    models.TextField(
                        choices=[
                            ("no_change", "no_change"),
                            ("treatment_changed", "treatment_changed"),
                            ("contacted", "contacted"),
                            ("appointment", "appointment"),
                            ("referred", "referred"),
                            ("other", "other"),
                        ]
                    ),
                ),
                ("note", accounts.encryption.EncryptedTextField(blank=True, default="")),
                ("next_on", models.DateField()),
                ("next_by_cadence", models.BooleanField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="patients.patient"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClinicReviews",
            fields=[
                (
                    "clinic",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="review_settings",
                        serialize=False,
                        to="accounts.clinic",
                    ),
                ),
                ("timezone", models.TextField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("weekly", "weekly"),
                            ("two_weekly", "two_weekly"),
                            ("monthly", "monthly"),
                            ("custom", "custom"),
                        ]
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("by_category", models.JSONField(default=dict)),
                ("set_at", models.DateTimeField()),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("days__gte", 1), ("days__lte", 365), ("kind", "custom")),
                            models.Q(models.Q(("kind", "custom"), _negated=True), ("days", None)),
                            _connector="OR",
                        ),
                        name="clinics_cadence_says_its_days",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["patient", "-id"], name="note_of_patient"),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(("end", None), ("start__lt", models.F("end")), _connector="OR"),
                name="note_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("removed_at", None), ("removed_by", None)),
                    models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                    _connector="OR",
                ),
                name="note_is_removed_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="noteversion",
            index=models.Index(fields=["note", "id"], name="version_of_note"),
        ),
        migrations.AddConstraint(
            model_name="patientcadence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("days__gte", 1), ("days__lte", 365), ("kind", "custom")),
                    models.Q(models.Q(("kind", "custom"), _negated=True), ("days", None)),
                    _connector="OR",
                ),
                name="patients_cadence_says_its_days",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["patient", "-id"], name="review_of_patient"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_on__gt", models.F("reviewed_on"))), name="next_review_is_later"
            ),
        ),
    ]
