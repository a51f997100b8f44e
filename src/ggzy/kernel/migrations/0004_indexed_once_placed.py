"""What is asked for by place or by leaf is indexed when the event gets its place, not twice."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_found_by_leaf")]
    operations = [
        migrations.RemoveConstraint("event", "a_place_in_the_ledger_holds_one_event"),
        migrations.AddConstraint(
            "event",
            models.UniqueConstraint(
                fields=["idx"], name="a_place_in_the_ledger_holds_one_event", condition=models.Q(idx__isnull=False)
            ),
        ),
        migrations.RunSQL(
            r"DROP INDEX event_leaf;"
            r"CREATE INDEX event_leaf ON kernel_event USING hash (sha256('\x00'::bytea || entry)) WHERE idx IS NOT NULL",
            r"DROP INDEX event_leaf;"
            r"CREATE INDEX event_leaf ON kernel_event USING hash (sha256('\x00'::bytea || entry))",
        ),
    ]
