"""As whom an account can act, and the act that it then does."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q

from ggzy.commons.identity.models import Account, Grant, Membership
from ggzy.commons.identity.roles import roles
from ggzy.kernel import clock
from ggzy.kernel.act import Act


class Hat(NamedTuple):
    """One thing that an account can act as: a role that it was granted, or a place with a party.

    `code` names it in forms and sessions: "role:<grant>", "party:<number>".
    """

    code: str
    title: str
    role: str
    scope: tuple[str, ...] = ()
    party: str = ""
    regions: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()


def hats(account: Account) -> list[Hat]:
    """All that an account can act as now; nothing when it is locked or closed."""
    if account.state != "active":
        return []
    return [*_granted(account), *_placed(account)]


def act_for(account: Account, hat: Hat | None, via: str, reason: str = "") -> Act:
    """What the account does, wearing this hat; without one it is just a person."""
    if hat is None:
        return Act(account.actor, "person", via, reason, assurance=account.assurance)
    return Act(
        account.actor, hat.role, via, reason, scope=hat.scope, party=hat.party, regions=hat.regions, markets=hat.markets,
        assurance=account.assurance,
    )  # fmt: skip


def shared(account: Account, client: str) -> set[str]:
    """What somebody lets a system know, as OpenID scopes."""
    return {scope for scopes in account.sharings.filter(client_id=client).values_list("scopes", flat=True) for scope in scopes}


def _granted(account: Account) -> Sequence[Hat]:
    now = clock.now()
    running = Grant.objects.filter(account=account, state="in_force", since__lte=now).filter(Q(until__isnull=True) | Q(until__gt=now))
    return [
        Hat(f"role:{g.pk}", roles()[g.role].title, g.role, regions=(g.region,) if g.region else (), markets=tuple(g.markets))
        for g in running.order_by("pk")
    ]


def _placed(account: Account) -> Sequence[Hat]:
    """Places with parties; with one that was merged, the place is with the party into which."""
    found: dict[str, Hat] = {}
    for place in Membership.objects.filter(account=account, state="in_force").select_related("party").order_by("position", "pk"):
        party = place.party.in_force
        hat = Hat(f"party:{party.number}", party.name, place.position, tuple(place.rights), str(party.number))
        found.setdefault(hat.code, hat)
    return list(found.values())
