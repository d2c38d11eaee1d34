"""An account may be of any vendor, and its table gets a name that says so."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("glucose", "0007_before_source_accounts"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="librelinkupaccount", name="one_account_an_email"),
        migrations.RenameModel("LibreLinkUpAccount", "SourceAccount"),
    ]
