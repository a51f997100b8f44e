"""What witnesses say of the log: their signatures, and how each of them is doing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_followers")]
    operations = [
        migrations.AddField(
            "checkpoint",
            "signed",
            models.TextField(help_text="with the log's own signatures only, as witnesses are asked", null=True),
        ),
        migrations.AlterField(
            "checkpoint",
            "note",
            models.TextField(help_text="as published, with the witnesses' signatures", null=True),
        ),
        migrations.CreateModel(
            "Cosignature",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "log_id", "size", "witness", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("log_id", models.SmallIntegerField()),
                ("size", models.BigIntegerField()),
                ("witness", models.TextField(help_text="its name in the policy")),
                ("line", models.TextField(help_text="the signature line as the witness gave it")),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            "Witness",
            [
                ("name", models.TextField(help_text="its name in the policy", primary_key=True, serialize=False)),
                ("log_id", models.SmallIntegerField(null=True)),
                (
                    "size",
                    models.BigIntegerField(help_text="of that log when the witness last cosigned it", null=True),
                ),
                ("at", models.DateTimeField(help_text="when it last cosigned", null=True)),
                (
                    "fault",
                    models.TextField(default="", help_text="why it does not cosign, for people; empty while it does"),
                ),
                ("since", models.DateTimeField(help_text="since when it has not cosigned", null=True)),
            ],
        ),
    ]
