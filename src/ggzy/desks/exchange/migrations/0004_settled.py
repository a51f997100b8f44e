"""Quarantined lines are found by when they were settled, to be removed in time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_bounds")]
    operations = [
        migrations.AddIndex(
            "quarantined",
            models.Index(
                fields=["settled_at"],
                condition=models.Q(settled_at__isnull=False),
                name="quarantined_settled",
            ),
        ),
    ]
