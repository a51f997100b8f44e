"""The tables of accounts, of the roles that they are granted, and of their places with parties.

What must not be, the database refuses: an account with roles of two families, a sensitive role without an end or
confirmed by whoever proposed it (等保 GB/T 22239 三权分立; docs/architecture.md).
"""

from functools import reduce
from itertools import groupby
from operator import or_
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ggzy.commons.identity.roles import PARTY, roles
from ggzy.commons.parties.models import Party
from ggzy.kernel.privacy.fields import SealedText

_SENSITIVE = sorted(role.code for role in roles().values() if role.sensitive)
_OF_ITS_FAMILY = reduce(
    or_, (Q(family=family, role__in=sorted(r.code for r in of)) for family, of in groupby(roles().values(), lambda r: r.family))
)


class Accounts(BaseUserManager["Account"]):
    """How sign-in finds an account."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account with this login name, however its letters are written."""
        return self.get(login=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """A natural person who signs in. Name, document and telephone lie sealed; events know the number alone."""

    number = models.UUIDField(unique=True, default=uuid4, help_text="its number everywhere: events, tokens, other systems")
    login = models.TextField(unique=True, help_text="lower case")
    email = models.TextField(default="", blank=True)
    name = SealedText()
    phone = SealedText()
    phone_blind = models.BinaryField(null=True, help_text="digest of the telephone number")
    document_type = models.TextField(default="", help_text="code list id_card_type")
    document = SealedText()
    document_blind = models.BinaryField(null=True, help_text="digest of the identity document: one person, one account")
    family = models.TextField(default="", help_text="the family of its roles; nothing until the first")
    assurance = models.SmallIntegerField(default=1, help_text="1 said so itself, 2 known to the hall, 3 by certificate")
    state = models.TextField(default="active", help_text="see states.py")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = Accounts()
    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document_blind"], name="a_person_has_one_account",
                condition=Q(document_blind__isnull=False) & ~Q(state="closed"),
            ),
            models.UniqueConstraint(fields=["id", "family"], name="an_account_is_of_one_family"),
        ]  # fmt: skip

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether it may sign in."""
        return self.state == "active"

    @property
    def actor(self) -> str:
        """How events name it."""
        return f"account:{self.number}"


class Grant(models.Model):
    """A role that somebody has, where and until when, on which ground; proposed by one and confirmed by another."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    family = models.TextField(null=True, help_text="of the role; nothing once it has ended, so that it binds nobody")
    role = models.TextField()
    region = models.TextField(default="", help_text="GB/T 2260 code or its beginning; nothing: the whole city")
    markets = ArrayField(models.TextField(), default=list, help_text="none: all")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ground = models.TextField(help_text="the document by which it is granted")
    state = models.TextField(default="proposed", help_text="see states.py")
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    confirmed_by = models.TextField(default="")
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)
    end_ground = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(role__in=_SENSITIVE) | Q(until__isnull=False), name="a_sensitive_role_is_granted_for_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | ~Q(role__in=_SENSITIVE) | ~Q(confirmed_by=""),
                name="a_sensitive_role_is_granted_by_two",
            ),
            models.CheckConstraint(
                condition=Q(family__isnull=False, state__in=["proposed", "in_force"])
                | Q(family__isnull=True, state__in=["declined", "ended"]),
                name="a_grant_binds_to_its_family_until_it_ends",
            ),
            models.CheckConstraint(condition=Q(family__isnull=True) | _OF_ITS_FAMILY, name="a_role_is_of_its_family"),
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="nobody_confirms_what_he_proposed"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="a_grant_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["account", "role", "region"], name="a_role_is_granted_once", condition=Q(state__in=["proposed", "in_force"])
            ),
        ]
        indexes = [models.Index(fields=["role"], name="grant_in_force", condition=Q(state="in_force"))]


class Membership(models.Model):
    """Somebody's place with a party: its representative, or staff with certain rights."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    family = models.TextField(null=True, help_text="nothing before it was accepted and once it has ended: so it binds nobody")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="memberships")
    position = models.TextField(help_text="representative or staff")
    rights = ArrayField(models.TextField(), default=list, help_text="of staff, see rights.csv; a representative has all")
    state = models.TextField(default="invited", help_text="see states.py")
    invited_by = models.TextField()
    invited_at = models.DateTimeField()
    since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(position__in=["representative", "staff"]), name="a_member_is_representative_or_staff"),
            models.CheckConstraint(
                condition=Q(family__isnull=False, family=PARTY, state__in=["claimed", "in_force"]) | Q(family__isnull=True, state__in=["invited", "ended"]),
                name="members_are_of_the_party_plane",
            ),
            models.UniqueConstraint(
                fields=["account", "party"], name="an_account_is_with_a_party_once", condition=Q(state__in=["claimed", "invited", "in_force"])
            ),
        ]


class RelyingSession(models.Model):
    """A system that somebody has entered by signing in here; it is told when the session ends."""

    sid = models.TextField(help_text="number of the browser session, as the system heard it")
    client_id = models.TextField(help_text="the system, as the OpenID provider knows it")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="entered")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sid", "client_id"], name="a_session_enters_a_system_once")]


class Sharing(models.Model):
    """What somebody has agreed to let a system know; it holds until it is taken back."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sharings")
    client_id = models.TextField(help_text="the system, as the OpenID provider knows it")
    scopes = ArrayField(models.TextField())
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "client_id"], name="what_is_shared_with_a_system_is_said_once")]
