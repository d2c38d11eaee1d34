from django.db import migrations

import accounts.blind_index
import accounts.encryption
import sql


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_page_stamp"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [
        sql.RunSQLFile("columns/0002_user_names_that_are_addresses"),
        sql.RunSQLFile("columns/0003_no_copies_of_addresses"),
        migrations.AlterModelManagers(name="user", managers=[]),
        migrations.RemoveConstraint(model_name="user", name="one_user_an_email"),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=accounts.encryption.EncryptedTextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="user",
            name="email_hash",
            field=accounts.blind_index.ValueField(folded=True, of="email", within=""),
        ),
    ]
