"""The tables of the party register.

What is said of a party stands in the ledger's records of data sets 100 to 118, whoever sent them, in all versions. The
register only says which records are of one party, who found so and by which ground, and which of two sources a person
believed. So a party is the sum of its entries, and every step can be taken back.
"""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Party(models.Model):
    """A legal person, another organisation or a natural person, known once however many systems know it."""

    number = models.UUIDField(unique=True, default=uuid4, help_text="its number everywhere outside of this database")
    kind = models.TextField(help_text="legal or natural")
    state = models.TextField(default="registered", help_text="see states.py")
    name = models.TextField(help_text="in force, of what its entries say")
    code = models.TextField(default="", help_text="its unified social credit code; nothing while no entry has a right one")
    person = models.TextField(default="", help_text="of a natural person: digest of the identity document")
    grams = ArrayField(models.TextField(), default=list, help_text="the name in pieces of one and two characters")
    into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, help_text="the party in which it was merged")
    at = models.DateTimeField(help_text="when it was first known")

    @property
    def in_force(self) -> "Party":
        """The party itself, or the one into which it was merged."""
        return self if self.into is None else self.into.in_force

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["legal", "natural"]), name="a_party_is_legal_or_natural"),
            models.CheckConstraint(
                condition=Q(state="merged", into__isnull=False) | (~Q(state="merged") & Q(into__isnull=True)),
                name="a_merged_party_says_into_which",
            ),
        ]
        indexes = [
            models.Index(fields=["code"], name="party_by_code", condition=~Q(code="")),
            models.Index(fields=["person"], name="party_by_person", condition=~Q(person="")),
            GinIndex(fields=["grams"], name="party_by_part_of_name", condition=Q(state="registered")),
        ]


class Entry(models.Model):
    """What one register holds on one party (登记项): a record of data set 100 or 114."""

    head = models.BigIntegerField(primary_key=True, help_text="the record's number")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="entries")
    source = models.TextField(help_text="platform code of the system whose register it is")
    code = models.TextField(help_text="as the register writes it, in one spelling; of a natural person the digest")
    name = models.TextField()
    version = models.IntegerField(help_text="of the record, as it was last looked at")
    withdrawn = models.BooleanField(default=False)
    keys = ArrayField(models.BigIntegerField(), help_text="digests of that by which likeness is looked for")

    class Meta:
        indexes = [
            GinIndex(fields=["keys"], name="entry_by_key", fastupdate=False),
            models.Index(fields=["source", "code"], name="entry_by_code"),
        ]


class Detail(models.Model):
    """What is said of a party besides: its role, a qualification, a performance, one of its practitioners."""

    head = models.BigIntegerField(primary_key=True, help_text="the record's number")
    data_set = models.TextField()
    source = models.TextField()
    code = models.TextField(help_text="of the party of which it is, as Entry.code; nothing: of a practitioner alone")
    person = models.TextField(default="", help_text="of a practitioner: digest of the identity document")
    expires_on = models.DateField(null=True, help_text="last day on which the certificate holds")
    withdrawn = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["code"], name="detail_by_code", condition=~Q(code="")),
            models.Index(fields=["person"], name="detail_by_person", condition=~Q(person="")),
            models.Index(fields=["expires_on"], name="detail_by_expiry", condition=Q(expires_on__isnull=False)),
        ]


class Link(models.Model):
    """Why an entry is of a party; the newest holds. Never changed: who undoes a step adds another."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="links")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="links")
    ground = models.TextField(help_text="see matching/grounds.csv; new: it began the party")
    step = models.UUIDField(help_text="links of one step are undone together")
    actor = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["step"], name="link_by_step")]


class Duplicate(models.Model):
    """Two parties that may be one: an entry of the one is like the other. A person says whether it is."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="duplicates")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="duplicates")
    ground = models.TextField()
    state = models.TextField(default="open", help_text="see states.py")
    at = models.DateTimeField()
    actor = models.TextField(default="", help_text="who decided")
    reason = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "party"], name="a_duplicate_is_noted_once")]
        indexes = [models.Index(fields=["at"], name="duplicate_open", condition=Q(state="open"))]


class Settlement(models.Model):
    """Which source a person believed where two say different things of one field."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="settlements")
    field = models.TextField(help_text="wire name in the standard")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT)
    version = models.IntegerField(help_text="of the record that was believed; a newer one opens the question again")
    reason = models.TextField()
    actor = models.TextField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party", "field"], name="a_field_is_settled_once", condition=Q(undone_at__isnull=True)
            )
        ]
