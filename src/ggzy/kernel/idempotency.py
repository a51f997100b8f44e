"""A request that is sent twice is done once: the second time it gets the first answer, byte for byte.

Keys are the client's own (header Idempotency-Key), scoped to the actor; kept for at least a day.
"""

from django.db import models


class Answer(models.Model):
    """The answer that was given to a keyed request."""

    actor = models.TextField()
    key = models.TextField()
    fingerprint = models.BinaryField(help_text="SHA-256 over method, path and body of the request")
    status = models.SmallIntegerField(null=True, help_text="empty while the request is being done")
    content_type = models.TextField(default="")
    body = models.BinaryField(default=bytes)
    file = models.TextField(default="", help_text="digest in the file store, for answers too long for a row")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="an_idempotency_key_is_used_once_by_its_actor"),
        ]
