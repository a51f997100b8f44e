"""Answers are found by their age, to be forgotten in time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_disclosure_classes")]
    operations = [
        migrations.AddIndex("answer", models.Index(fields=["at"], name="answer_by_age")),
    ]
