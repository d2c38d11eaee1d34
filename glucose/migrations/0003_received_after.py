"""When a reading came, as whole minutes after its time."""

from django.db import migrations, models

from sql import RunSQLFile


class Migration(migrations.Migration):
    # The conversion commits after each chunk.
    atomic = False

    dependencies = [("glucose", "0002_storage")]

    operations = [
        RunSQLFile("hypertables/0003_received_after"),
        migrations.RemoveField("reading", "received_at"),
        migrations.AddField("reading", "received_after_minutes", models.IntegerField()),
    ]
