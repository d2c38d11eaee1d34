import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_encrypt"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.TextField(
                default="en", help_text="Of mails: that of the invitation, then of the last sign-in."
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="page_stamp",
            field=models.UUIDField(
                default=uuid.uuid4, editable=False, help_text="Another one ends the sessions of pages."
            ),
        ),
        migrations.AlterField(
            model_name="session",
            name="revoked_because",
            field=models.TextField(
                blank=True,
                choices=[
                    ("logout", "Logout"),
                    ("logout everywhere", "Logout Everywhere"),
                    ("ended from the list", "Ended"),
                    ("refresh token used twice", "Reuse"),
                    ("new password", "Password"),
                    ("user deactivated", "Deactivated"),
                    ("new e-mail", "Email"),
                    ("second factor lost", "Factor Lost"),
                    ("first second factor", "Factor Added"),
                ],
                default="",
            ),
        ),
    ]
