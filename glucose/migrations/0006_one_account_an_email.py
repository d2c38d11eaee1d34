from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("glucose", "0005_encrypt"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="librelinkupaccount",
            constraint=models.UniqueConstraint(fields=("clinic", "email_hash"), name="one_account_an_email"),
        ),
    ]
