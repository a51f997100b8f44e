"""What the platform knows of a stored file; the bytes lie in Django's default storage."""

from django.db import models


class StoredFile(models.Model):
    """A file by its SHA-256: the same bytes are stored once, whoever sends them."""

    digest = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField()
    media_type = models.TextField()
    at = models.DateTimeField()
