"""Where public changes are pushed to, and what became of each push."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Webhook(models.Model):
    """An address of a trading system to which public changes are pushed (Standard Webhooks 1.0).

    `next_idx` is its own place in the ledger: it moves in the transaction that writes its deliveries. It is no name
    among the kernel's followers, for the intake waits for those, and nobody waits for a receiver.
    """

    system = models.ForeignKey("exchange.TradingSystem", on_delete=models.PROTECT)
    scope = ArrayField(models.TextField(), default=list, help_text="of the token that made it; only such see it")
    address = models.TextField(help_text="may carry its receiver's own secret: never in events or logs")
    label = models.TextField(default="")
    data_sets = ArrayField(models.TextField(), default=list, help_text="prefixes of data sets; empty: all")
    markets = ArrayField(models.TextField(), default=list, help_text="empty: all")
    kinds = ArrayField(models.TextField(), default=list, help_text="empty: all")
    seed = models.BinaryField(help_text="the secret follows from it and the installation's key, see signing.py")
    old_seed = models.BinaryField(null=True, help_text="of the secret before, which also signs for a day")
    rotated_at = models.DateTimeField(null=True)
    state = models.TextField(help_text="see states.py")
    reason = models.TextField(default="", help_text="why it is paused or halted, in words for its owner")
    next_idx = models.BigIntegerField(help_text="the first event whose records have no deliveries yet")
    failures = models.IntegerField(default=0, help_text="steps of waiting since the last success")
    quiet_until = models.DateTimeField(null=True, help_text="a receiver that fails is asked again then, not before")
    succeeded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()


class Delivery(models.Model):
    """One version of one record on its way to one webhook; what is sent is read from the ledger at that moment."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE)
    idx = models.BigIntegerField(help_text="place in the ledger of the event with which all may see it")
    head_id = models.BigIntegerField()
    version = models.IntegerField()
    data_set = models.TextField()
    subjects = ArrayField(models.TextField(), help_text="of whom the order is kept: the record, its lot, procedure")
    state = models.TextField(help_text="see states.py")
    attempts = models.IntegerField(default=0)
    due_at = models.DateTimeField(help_text="not to be sent before")
    tried_at = models.DateTimeField(null=True)
    status = models.IntegerField(null=True, help_text="HTTP status of the last answer")
    fault = models.TextField(default="", help_text="what was wrong with the last attempt, in words for its owner")
    took_ms = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "head_id", "version"], name="a_version_is_delivered_once_to_a_webhook")
        ]
        indexes = [
            models.Index(fields=["webhook", "idx", "id"], name="delivery_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["webhook", "state", "-idx", "-id"], name="delivery_list"),
        ]
