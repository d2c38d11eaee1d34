"""The gap ledger, the history of accounts, what vendors sent that is no reading, and why somebody is not synced."""

from typing import Any

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.core.management.base import CommandError
from django.db import migrations, models

import accounts.encryption
import glucose.account_states


def refuse_other_vendors(apps: Any, schema_editor: Any) -> None:
    """On the way back all accounts are of LibreLinkUp: where one is of somebody else, it would be visited there."""
    others = apps.get_model("glucose", "SourceAccount").objects.exclude(kind="librelinkup").count()
    if others:
        raise CommandError(f"{others} accounts are of another vendor than LibreLinkUp; delete them before going back.")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_encrypt"),
        ("glucose", "0009_seal_source_accounts"),
        ("patients", "0006_health_profile"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("active", "Active"),
                            ("bad_credentials", "Bad credentials"),
                            ("locked_out", "Locked out"),
                            ("terms_required", "Terms required"),
                            ("version_refused", "Version refused"),
                            ("rate_limited", "Rate limited"),
                            ("unreachable", "Unreachable"),
                            ("disabled", "Disabled"),
                        ]
                    ),
                ),
                ("detail", models.TextField(blank=True, default="")),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Gap",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("state", models.TextField(choices=[("open", "open"), ("filled", "filled"), ("lost", "lost")])),
                (
                    "cause",
                    models.TextField(
                        choices=[("unknown", "unknown"), ("phone", "phone"), ("account", "account"), ("sync", "sync")]
                    ),
                ),
                ("noticed_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="GapLedger",
            fields=[
                (
                    "patient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="gap_ledger",
                        serialize=False,
                        to="patients.patient",
                    ),
                ),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SetAside",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "digest",
                    models.TextField(
                        help_text="Of reason and content, so that the same one is counted, not kept again."
                    ),
                ),
                ("reason", models.TextField()),
                ("content", accounts.encryption.EncryptedJSONField()),
                ("times", models.PositiveIntegerField(default=1)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveField(
            model_name="vendorpatient",
            name="history_again_at",
        ),
        migrations.AddField(
            model_name="sensor",
            name="ended_at",
            field=models.DateTimeField(blank=True, help_text="When another one had taken over.", null=True),
        ),
        migrations.AddField(
            model_name="sourceaccount",
            name="failures",
            field=models.PositiveIntegerField(default=0, help_text="Refusals in a row."),
        ),
        migrations.AddField(
            model_name="sourceaccount",
            name="kind",
            field=models.TextField(
                choices=[("librelinkup", "LibreLinkUp"), ("dexcom_share", "Dexcom Share")], default="librelinkup"
            ),
        ),
        migrations.AddField(
            model_name="sourceaccount",
            name="pending_step",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="sourceaccount",
            name="refused_version",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="vendorpatient",
            name="history_asked_at",
            field=models.DateTimeField(
                blank=True, help_text="When the history of somebody without readings was last asked for.", null=True
            ),
        ),
        migrations.AddField(
            model_name="vendorpatient",
            name="problem",
            field=models.TextField(
                blank=True,
                choices=[
                    ("", "None"),
                    ("vanished", "The account follows them no more."),
                    ("twice", "The account shows two people with the same id."),
                    ("elsewhere", "Another account of the clinic is linked to the same person."),
                ],
                default="",
            ),
        ),
        migrations.AddField(
            model_name="vendorpatient",
            name="problem_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="sourceaccount",
            name="clinic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="source_accounts", to="accounts.clinic"
            ),
        ),
        migrations.AlterField(
            model_name="sourceaccount",
            name="state",
            field=models.TextField(
                choices=[
                    ("active", "Active"),
                    ("bad_credentials", "Bad credentials"),
                    ("locked_out", "Locked out"),
                    ("terms_required", "Terms required"),
                    ("version_refused", "Version refused"),
                    ("rate_limited", "Rate limited"),
                    ("unreachable", "Unreachable"),
                    ("disabled", "Disabled"),
                ],
                default=glucose.account_states.AccountState["ACTIVE"],
            ),
        ),
        migrations.AddIndex(
            model_name="vendorpatient",
            index=models.Index(fields=["vendor_id"], name="person_by_vendor_id"),
        ),
        migrations.AddConstraint(
            model_name="sourceaccount",
            constraint=models.UniqueConstraint(fields=("clinic", "kind", "email_hash"), name="one_account_an_email"),
        ),
        migrations.AddField(
            model_name="accountevent",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="events", to="glucose.sourceaccount"
            ),
        ),
        migrations.AddField(
            model_name="accountevent",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="gap",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="gaps", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="setaside",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="set_aside", to="glucose.sourceaccount"
            ),
        ),
        migrations.AddIndex(
            model_name="accountevent",
            index=models.Index(fields=["account", "-id"], name="event_of_account"),
        ),
        migrations.AddIndex(
            model_name="gap",
            index=models.Index(fields=["patient", "end"], name="gap_by_end"),
        ),
        migrations.AddIndex(
            model_name="gap",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["patient", "next_try_at"], name="gap_to_be_asked_for"
            ),
        ),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.UniqueConstraint(fields=("patient", "start"), name="one_gap_a_start"),
        ),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.CheckConstraint(
                condition=models.Q(("start__lt", models.F("end"))), name="gap_ends_after_its_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.UniqueConstraint(fields=("account", "digest"), name="one_row_a_content"),
        ),
        migrations.RunPython(migrations.RunPython.noop, refuse_other_vendors),
    ]
