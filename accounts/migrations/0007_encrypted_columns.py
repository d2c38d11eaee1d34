from django.db import migrations

import accounts.encryption
import sql


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_invitation"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="name",
            field=accounts.encryption.EncryptedTextField(blank=True, default=""),
        ),
        sql.RunSQLFile("columns/0001_kept_answer_text"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="keptanswer", name="body", field=accounts.encryption.EncryptedTextField()
                ),
            ]
        ),
    ]
