"""Answers are found by their age, to be forgotten in time; of witnesses it is kept since when they cosign."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_disclosure_classes")]
    operations = [
        migrations.AddIndex("answer", models.Index(fields=["at"], name="answer_by_age")),
        migrations.AlterField(
            "witness",
            "since",
            models.DateTimeField(null=True, help_text="since when it is so: that it cosigns, or that it does not"),
        ),
    ]
