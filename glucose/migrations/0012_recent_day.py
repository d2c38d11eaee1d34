"""What the overview sums of today's readings, kept with them."""

from django.db import migrations

from sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("glucose", "0011_exclusions")]

    operations = [RunSQLFile("tables/0002_recent_day")]
