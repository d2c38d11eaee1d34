"""The hypertable, what follows an ingest, the daily aggregate, and the policies."""

from django.db import migrations

from sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("glucose", "0001_initial"), ("patients", "0001_initial")]

    operations = [
        RunSQLFile("hypertables/0001_reading"),
        RunSQLFile("hypertables/0002_latest_reading"),
        RunSQLFile("caggs/0001_reading_day"),
        RunSQLFile("policies/0001_storage"),
    ]
