"""Patients whom looking at for alerts fails are noted, and left alone for a while."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_alerts")]

    operations = [
        migrations.AddField(
            model_name="alertstate", name="failures", field=models.PositiveSmallIntegerField(default=0, db_default=0)
        ),
        migrations.AddField(
            model_name="alertstate", name="failing_since", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="alertstate", name="retry_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="alertstate", name="error", field=models.TextField(blank=True, default="", db_default="")
        ),
    ]
