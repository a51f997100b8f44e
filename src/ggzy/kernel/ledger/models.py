"""The tables of the evidence log and of the records that it carries.

Events and records are written once and never changed (triggers refuse it), but for the one moment when the
sequencer gives an event its place in the log, and for erasure, which needs an event that names it. Heads say which version of a record
is in force. Layout after C2SP tlog-tiles; see docs/architecture.md.
"""

from django.db import models

from ggzy.kernel.ledger.disclosure import CLASSES


class Chain(models.Model):
    """The row that everyone who acts on one subject must hold; it also links the subject's events."""

    subject = models.TextField(primary_key=True)
    seq = models.BigIntegerField(default=0, help_text="number of events of this subject so far")
    last = models.BinaryField(null=True, help_text="commitment of the newest event")
    last_id = models.UUIDField(null=True, help_text="the newest event: ids ascend along a subject, whatever clocks do")


class Log(models.Model):
    """One tlog-tiles log (one a year): its size and the right edge of its tree. The sequencer's fence."""

    id = models.SmallIntegerField(primary_key=True, help_text="the year")
    origin = models.TextField(unique=True)
    first = models.BigIntegerField(default=0, help_text="place in the feed of this log's first leaf")
    size = models.BigIntegerField(default=0)
    edge = models.BinaryField(default=bytes, help_text="right-edge subtree hashes, 32 bytes each, largest first")


class Event(models.Model):
    """One line of evidence, written in the transaction of the action that it names."""

    id = models.UUIDField(primary_key=True, help_text="UUIDv7")
    subject = models.TextField()
    subject_seq = models.BigIntegerField()
    type = models.TextField(help_text="the action's own name")
    actor = models.TextField(help_text="pseudonymous identifier")
    at = models.DateTimeField()
    body = models.TextField(help_text="canonical JSON")
    prev = models.BinaryField(null=True, help_text="commitment of the event before it on the same subject")
    salt = models.BinaryField()
    disclose = models.TextField(default="public", help_text="who may see it, from when: see disclosure.CLASSES")
    entry = models.BinaryField(help_text="the bytes of the leaf")
    log_id = models.SmallIntegerField(null=True, help_text="the log that holds it; as in tiles, no key is checked")
    idx = models.BigIntegerField(null=True, help_text="place in the feed of all logs together, dense from 0")
    erased_by = models.UUIDField(null=True, help_text="the event that erased body and salt")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(disclose__in=list(CLASSES)), name="an_event_is_of_a_known_disclosure_class"
            ),
            models.UniqueConstraint(fields=["subject", "subject_seq"], name="a_subject_counts_its_events_once"),
            models.UniqueConstraint(
                fields=["idx"], name="a_place_in_the_ledger_holds_one_event", condition=models.Q(idx__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["id"], name="event_pending", condition=models.Q(idx__isnull=True))]


class Head(models.Model):
    """Which version of a record is in force; its id is the record's address in the portal."""

    source = models.TextField(help_text="platform code of the trading system that reports the record")
    data_set = models.TextField()
    key = models.TextField(help_text="the sender's own stable identifier of the record")
    version = models.IntegerField()
    stamp = models.TextField(help_text="the sender's DATA_TIMESTAMP: an older one never replaces a newer one")
    digest = models.BinaryField()
    event_id = models.UUIDField()
    n = models.IntegerField()
    withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "data_set", "key"], name="a_record_has_one_head"),
        ]


class Record(models.Model):
    """One version of a record as published by an event: what all may read, and what only some may."""

    pk = models.CompositePrimaryKey("event_id", "n")
    event_id = models.UUIDField()
    n = models.IntegerField(help_text="place within the event's batch")
    head_id = models.BigIntegerField()
    version = models.IntegerField()
    data_set = models.TextField()
    withdrawn = models.BooleanField(default=False)
    salts = models.BinaryField(help_text="16 bytes for each part, public first; of an erased version the parts' digests")
    public = models.TextField(help_text="canonical JSON of what all may read")
    private = models.TextField(help_text="canonical JSON of the rest")
    erased_by = models.UUIDField(null=True, help_text="the event that erased both parts and their salts")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["head_id", "version"], name="a_version_is_written_once"),
        ]


class Tile(models.Model):
    """256 hashes of one level of the tree (fewer in the partial tile at its right edge)."""

    pk = models.CompositePrimaryKey("log_id", "level", "n", "width")
    log_id = models.SmallIntegerField()
    level = models.SmallIntegerField()
    n = models.BigIntegerField()
    width = models.SmallIntegerField(help_text="0 for a full tile")
    data = models.BinaryField()


class Bundle(models.Model):
    """256 entries of the log, length-prefixed, beside the tile of their hashes."""

    pk = models.CompositePrimaryKey("log_id", "n", "width")
    log_id = models.SmallIntegerField()
    n = models.BigIntegerField()
    width = models.SmallIntegerField(help_text="0 for a full bundle")
    data = models.BinaryField()


class Checkpoint(models.Model):
    """The tree at one size; signed only after the transaction that made it has committed.

    Where there are witnesses it is published a moment later, with what they have signed by then.
    """

    pk = models.CompositePrimaryKey("log_id", "size")
    log_id = models.SmallIntegerField()
    size = models.BigIntegerField()
    root = models.BinaryField()
    signed = models.TextField(null=True, help_text="with the log's own signatures only, as witnesses are asked")
    note = models.TextField(null=True, help_text="as published, with the witnesses' signatures")
    published_at = models.DateTimeField(null=True)


class Follower(models.Model):
    """A reader of the ledger: how far it has come, and when it last said so."""

    name = models.TextField(primary_key=True)
    next_idx = models.BigIntegerField(help_text="the first event that it has not read yet")
    at = models.DateTimeField(help_text="when it last said so")
    awaited = models.BooleanField(default=True, db_default=True, help_text="intake slows down for it")


class Cosignature(models.Model):
    """A witness's word that it saw the log at this size continue what it had seen before."""

    pk = models.CompositePrimaryKey("log_id", "size", "witness")
    log_id = models.SmallIntegerField()
    size = models.BigIntegerField()
    witness = models.TextField(help_text="its name in the policy")
    line = models.TextField(help_text="the signature line as the witness gave it")
    at = models.DateTimeField()


class Witness(models.Model):
    """How one of the witnesses is doing: what it saw last, and what is wrong with it if anything is."""

    name = models.TextField(primary_key=True, help_text="its name in the policy")
    log_id = models.SmallIntegerField(null=True)
    size = models.BigIntegerField(null=True, help_text="of that log when the witness last cosigned it")
    at = models.DateTimeField(null=True, help_text="when it last cosigned")
    fault = models.TextField(default="", help_text="why it does not cosign, for people; empty while it does")
    since = models.DateTimeField(null=True, help_text="since when it is so: that it cosigns, or that it does not")


class Moment(models.Model):
    """What was withheld on one subject may be seen by all from this event on (an opening, an award)."""

    chain = models.TextField(primary_key=True, help_text="the sealed chain: see disclosure.chain_of")
    event_id = models.UUIDField(db_index=True, help_text="the event that discloses it")


class Auditor(models.Model):
    """Who may read what the public may not see yet, by a bearer token of which only the digest is kept."""

    digest = models.BinaryField(unique=True)
    name = models.TextField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
