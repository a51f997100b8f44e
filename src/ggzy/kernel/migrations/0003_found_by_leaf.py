"""An event is found by its leaf hash, as a receipt names it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_written_once")]
    operations = [
        migrations.RunSQL(
            r"CREATE INDEX event_leaf ON kernel_event USING hash (sha256('\x00'::bytea || entry))",
            "DROP INDEX event_leaf",
        )
    ]
