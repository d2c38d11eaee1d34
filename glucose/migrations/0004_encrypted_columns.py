from django.db import migrations

import accounts.blind_index
import accounts.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("glucose", "0003_received_after"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="librelinkupaccount", name="one_account_an_email"),
        migrations.AlterField(
            model_name="librelinkupaccount", name="email", field=accounts.encryption.EncryptedTextField()
        ),
        migrations.AddField(
            model_name="librelinkupaccount",
            name="email_hash",
            field=accounts.blind_index.ValueField(folded=True, of="email", within="clinic_id"),
        ),
    ]
