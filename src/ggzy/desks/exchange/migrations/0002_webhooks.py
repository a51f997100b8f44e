import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='of the token that made it; only such see it', size=None)),
                ('address', models.TextField(help_text="may carry its receiver's own secret: never in events or logs")),
                ('label', models.TextField(default='')),
                ('data_sets', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='prefixes of data sets; empty: all', size=None)),
                ('markets', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='empty: all', size=None)),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='empty: all', size=None)),
                ('seed', models.BinaryField(help_text="the secret follows from it and the installation's key, see signing.py")),
                ('old_seed', models.BinaryField(help_text='of the secret before, which also signs for a day', null=True)),
                ('rotated_at', models.DateTimeField(null=True)),
                ('state', models.TextField(help_text='see states.py')),
                ('reason', models.TextField(default='', help_text='why it is paused or halted, in words for its owner')),
                ('next_idx', models.BigIntegerField(help_text='the first event whose records have no deliveries yet')),
                ('failures', models.IntegerField(default=0, help_text='steps of waiting since the last success')),
                ('quiet_until', models.DateTimeField(help_text='a receiver that fails is asked again then, not before', null=True)),
                ('succeeded_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('system', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='exchange.tradingsystem')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('idx', models.BigIntegerField(help_text='place in the ledger of the event with which all may see it')),
                ('head_id', models.BigIntegerField()),
                ('version', models.IntegerField()),
                ('data_set', models.TextField()),
                ('subjects', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='of whom the order is kept: the record, its lot, procedure', size=None)),
                ('state', models.TextField(help_text='see states.py')),
                ('attempts', models.IntegerField(default=0)),
                ('due_at', models.DateTimeField(help_text='not to be sent before')),
                ('tried_at', models.DateTimeField(null=True)),
                ('status', models.IntegerField(help_text='HTTP status of the last answer', null=True)),
                ('fault', models.TextField(default='', help_text='what was wrong with the last attempt, in words for its owner')),
                ('took_ms', models.IntegerField(null=True)),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='exchange.webhook')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['webhook', 'idx', 'id'], name='delivery_waiting'), models.Index(fields=['webhook', 'state', '-idx', '-id'], name='delivery_list')],
                'constraints': [models.UniqueConstraint(fields=('webhook', 'head_id', 'version'), name='a_version_is_delivered_once_to_a_webhook')],
            },
        ),
    ]
