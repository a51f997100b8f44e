"""How far each reader of the ledger has come, and when it said so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_indexed_once_placed")]
    operations = [
        migrations.CreateModel(
            "Follower",
            [
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("next_idx", models.BigIntegerField(help_text="the first event that it has not read yet")),
                ("at", models.DateTimeField(help_text="when it last said so")),
            ],
        ),
    ]
