"""Alerts: rules, what was raised and what became of it, and up to what each patient was looked at."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0012_one_user_an_email"),
        ("patients", "0007_targets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("urgent_low", "Urgent low"),
                            ("low", "Low"),
                            ("high", "High"),
                            ("falling_fast", "Falling fast"),
                            ("no_data", "No data"),
                            ("sensor_ending", "Sensor ending"),
                            ("account_action", "Account action"),
                        ]
                    ),
                ),
                ("subject_id", models.UUIDField(blank=True, null=True)),
                ("started_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("mg_dl", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("seen_until", models.DateTimeField()),
                ("tell_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("snoozed_until", models.DateTimeField(blank=True, null=True)),
                ("escalate_at", models.DateTimeField(blank=True, null=True)),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ending",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("over", "What it was about is over"),
                            ("withdrawn", "By later data or another rule it was no episode"),
                            ("unseen", "No reading has told of it for hours"),
                        ],
                        default="",
                    ),
                ),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alerts", to="accounts.clinic"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="patients.patient",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AlertEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "what",
                    models.TextField(
                        choices=[
                            ("opened", "Opened"),
                            ("told", "Told"),
                            ("acknowledged", "Acknowledged"),
                            ("snoozed", "Snoozed"),
                            ("reminded", "Reminded"),
                            ("escalated", "Escalated"),
                            ("closed", "Closed"),
                        ]
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reading_at", models.DateTimeField(blank=True, null=True)),
                ("mg_dl", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="analytics.alert"
                    ),
                ),
                (
                    "user",
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
            name="AlertRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("urgent_low", "Urgent low"),
                            ("low", "Low"),
                            ("high", "High"),
                            ("falling_fast", "Falling fast"),
                            ("no_data", "No data"),
                            ("sensor_ending", "Sensor ending"),
                            ("account_action", "Account action"),
                        ]
                    ),
                ),
                ("enabled", models.BooleanField(blank=True, null=True)),
                ("threshold_mg_dl", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("margin_mg_dl", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("hours", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("escalate_after_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("quiet_start", models.TimeField(blank=True, null=True)),
                ("quiet_end", models.TimeField(blank=True, null=True)),
                ("quiet_zone", models.TextField(blank=True, null=True)),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, null=True, size=None
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alert_rules", to="accounts.clinic"
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alert_rules",
                        to="patients.patient",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AlertState",
            fields=[
                (
                    "patient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="alert_state",
                        serialize=False,
                        to="patients.patient",
                    ),
                ),
                ("version", models.BigIntegerField(default=0)),
                ("evaluated_at", models.DateTimeField(blank=True, null=True)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["next_at"], name="patient_that_waits")],
            },
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["clinic", "-id"], name="alert_of_clinic"),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["patient", "-id"], name="alert_of_patient"),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(condition=models.Q(("closed_at", None)), fields=["next_at"], name="alert_that_waits"),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("clinic", "patient", "kind", "subject_id"),
                name="one_open_alert_a_kind",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("patient__isnull", False), ("kind", "account_action"), _connector="OR"),
                name="alert_is_of_a_patient_or_an_account",
            ),
        ),
        migrations.AddIndex(
            model_name="alertevent",
            index=models.Index(fields=["alert", "id"], name="event_of_alert"),
        ),
        migrations.AddIndex(
            model_name="alertrule",
            index=models.Index(fields=["clinic", "patient", "kind", "-id"], name="rule_of_clinic"),
        ),
        migrations.AddConstraint(
            model_name="alertrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["urgent_low", "low", "high", "falling_fast", "no_data", "sensor_ending", "account_action"],
                    )
                ),
                name="rule_of_a_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="alertrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channels", None),
                    models.Q(("channels__contained_by", ["page", "mail", "webhook"]), ("patient", None)),
                    _connector="OR",
                ),
                name="channels_are_the_clinics",
            ),
        ),
    ]
