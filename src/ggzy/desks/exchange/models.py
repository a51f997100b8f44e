"""Who may report, and what was reported but is not (yet) a record."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Cast, Coalesce

from ggzy.desks.exchange.webhooks.models import Delivery, Webhook
from ggzy.kernel import clock

__all__ = ["Attached", "Declared", "Delivery", "Guid", "Quarantined", "Token", "TradingSystem", "Uploaded", "Webhook"]


def _octets(expression: models.F | Cast) -> models.Func:
    return Coalesce(models.Func(expression, function="octet_length", output_field=models.IntegerField()), 0)


class TradingSystem(models.Model):
    """A city's trading system that reports to the hub, known by its platform code (GB 32100)."""

    platform_code = models.CharField(primary_key=True, max_length=18)
    name = models.TextField()
    admitted_at = models.DateTimeField()


class Token(models.Model):
    """A bearer token of a trading system; only its digest is kept."""

    digest = models.BinaryField(unique=True)
    system = models.ForeignKey(TradingSystem, on_delete=models.PROTECT)
    label = models.TextField(default="")
    data_sets = ArrayField(
        models.TextField(), help_text="prefixes of the data sets it may report; empty: all"
    )
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Declared(models.Model):
    """A project, procedure or lot that a system has reported, by its code: what children wait for."""

    source = models.TextField()
    code = models.TextField(help_text="kind:code, as project:E31…")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "code"], name="a_code_is_declared_once")]


class Guid(models.Model):
    """What a system's GUID stands for: a message, the record that it is about, or a file."""

    source = models.TextField()
    name = models.TextField(help_text="kind:guid, as attachment:0f8fad5b…; see guids.py")
    digest = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "name"], name="a_guid_stands_for_one_thing")
        ]


class Quarantined(models.Model):
    """A line that did not become a record: its raw bytes, why, and what was done about it."""

    source = models.TextField()
    line = models.BinaryField(help_text="the bytes as received")
    corrected = models.BinaryField(null=True, help_text="the bytes as its sender corrected them")
    line_digest = models.BinaryField()
    data_set = models.TextField(default="")
    key = models.TextField(default="")
    state = models.TextField(help_text="see states.py")
    faults = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    missing = ArrayField(models.TextField(), default=list, help_text="codes that a held record waits for")
    attachments = ArrayField(
        models.TextField(), default=list, help_text="digests of the files that it names"
    )
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    head_id = models.BigIntegerField(null=True, help_text="the record that it became")
    ground = models.TextField(default="", help_text="why it was dismissed")
    size = models.GeneratedField(
        expression=_octets(models.F("line"))
        + _octets(models.F("corrected"))
        + _octets(Cast("faults", models.TextField()))
        + _octets(Cast("warnings", models.TextField())),
        output_field=models.IntegerField(),
        db_persist=True,
        help_text="bytes, with the reasons",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "line_digest"],
                condition=models.Q(settled_at__isnull=True),
                name="an_open_line_is_quarantined_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="held") | ~models.Q(missing=[]),
                name="a_held_record_waits_for_something",
            ),
        ]
        indexes = [
            GinIndex(fields=["missing"], name="quarantined_missing", condition=models.Q(state="held")),
            models.Index(fields=["source", "state", "-id"], name="quarantined_list"),
            models.Index(
                fields=["source"],
                include=["size"],
                condition=models.Q(settled_at__isnull=True),
                name="quarantined_open",
            ),
            models.Index(
                fields=["settled_at"],
                condition=models.Q(settled_at__isnull=False),
                name="quarantined_settled",
            ),
        ]


class Uploaded(models.Model):
    """A file that a system has sent; only its own may be named in its records."""

    source = models.TextField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True, help_text="when a record that was taken in first named it")
    expired_at = models.DateTimeField(null=True, help_text="when it was given up; its bytes go next")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "digest"], name="a_system_sends_a_file_once")
        ]
        indexes = [
            models.Index(
                fields=["source", "at"],
                condition=models.Q(claimed_at__isnull=True),
                name="uploaded_unclaimed",
            ),
            models.Index(fields=["digest"], name="uploaded_by_digest"),
        ]


class Attached(models.Model):
    """A file that a public record names; only such files are given out."""

    digest = models.CharField(max_length=64)
    head_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "head_id"], name="a_record_names_a_file_once")
        ]
