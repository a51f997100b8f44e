import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commons', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, help_text='random: it tells nothing about anybody', primary_key=True, serialize=False)),
                ('address', models.TextField()),
                ('asked', models.TextField(help_text="the list's own query string")),
                ('rhythm', models.TextField(help_text='at_once or daily')),
                ('state', models.TextField(help_text='see states.py')),
                ('mailbox', models.BinaryField(help_text='digest of the address without its tag: what limits count by')),
                ('client', models.BinaryField(help_text='digest of where the request came from: what limits count by')),
                ('asked_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('next_idx', models.BigIntegerField(default=0, help_text='the first event of which the subscriber was not told')),
                ('due_at', models.DateTimeField(help_text='when a mail is to be sent; nothing: never again', null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('failures', models.IntegerField(default=0, help_text='mails in a row that could not be handed over')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='subscription_due'), models.Index(fields=['mailbox', 'asked_at'], name='subscription_by_mailbox'), models.Index(fields=['client', 'asked_at'], name='subscription_by_client')],
                'constraints': [models.UniqueConstraint(fields=('address', 'asked'), name='an_address_subscribes_to_a_list_once')],
            },
        ),
    ]
