"""Saved searches: who is told by e-mail what is new in a list."""

from uuid import uuid4

from django.db import models


class Subscription(models.Model):
    """A list of the portal (its query string) and the address that is told what is new in it.

    The only place that holds the address; no event, log or page does. Cancelling deletes the row
    (个人信息保护法 第四十七条).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, help_text="random: it tells nothing about anybody")
    address = models.TextField()
    asked = models.TextField(help_text="the list's own query string")
    rhythm = models.TextField(help_text="at_once or daily")
    state = models.TextField(help_text="see states.py")
    mailbox = models.BinaryField(help_text="digest of the address without its tag: what limits count by")
    client = models.BinaryField(help_text="digest of where the request came from: what limits count by")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    next_idx = models.BigIntegerField(default=0, help_text="the first event of which the subscriber was not told")
    due_at = models.DateTimeField(null=True, help_text="when a mail is to be sent; nothing: never again")
    sent_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0, help_text="mails in a row that could not be handed over")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "asked"], name="an_address_subscribes_to_a_list_once")
        ]
        indexes = [
            models.Index(fields=["due_at"], name="subscription_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["mailbox", "asked_at"], name="subscription_by_mailbox"),
            models.Index(fields=["client", "asked_at"], name="subscription_by_client"),
        ]
