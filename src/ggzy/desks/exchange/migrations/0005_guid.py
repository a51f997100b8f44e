"""What the GUIDs of packages stand for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_settled")]
    operations = [
        migrations.CreateModel(
            name="Guid",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.TextField()),
                ("name", models.TextField(help_text="kind:guid, as attachment:0f8fad5b…; see guids.py")),
                ("digest", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "name"), name="a_guid_stands_for_one_thing")
                ]
            },
        ),
    ]
