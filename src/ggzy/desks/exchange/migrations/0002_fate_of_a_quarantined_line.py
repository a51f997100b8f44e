from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("exchange", "0001_initial"),
    ]

    operations = [
        migrations.AddField("quarantined", "warnings", models.JSONField(default=list)),
        migrations.AddField(
            "quarantined", "head_id", models.BigIntegerField(null=True, help_text="the record that it became")
        ),
        migrations.AddField(
            "quarantined", "ground", models.TextField(default="", help_text="why it was dismissed")
        ),
    ]
