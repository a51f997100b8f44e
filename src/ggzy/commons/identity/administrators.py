"""The three administrators (三权分立): of each kind there is always somebody."""

from django.db.models import Q, QuerySet

from ggzy.commons.identity.models import Account, Grant
from ggzy.commons.identity.roles import ADMINISTRATORS, roles
from ggzy.kernel import clock
from ggzy.kernel.errors import Conflict


def in_force(role: str) -> QuerySet[Grant]:
    """The grants of a role by which somebody can act now."""
    now = clock.now()
    running = Grant.objects.filter(role=role, state="in_force", since__lte=now, account__state="active")
    return running.filter(Q(until__isnull=True) | Q(until__gt=now))


def must_remain(without: Account | Grant) -> None:
    """Conflict when nobody would be left as an administrator of some kind without this account or grant.

    The grants stay locked, so that two who leave at the same moment do not each count on the other.
    """
    for role in ADMINISTRATORS:
        held = list(in_force(role).select_for_update(of=("self",)).order_by("pk"))
        rest = [g for g in held if (g.account_id if isinstance(without, Account) else g.pk) != without.pk]
        if held and not rest:
            raise Conflict(
                f"这是最后一名有效的{roles()[role].title}，不能退出。请先授予另一人并使其生效。", code="grant.last_administrator"
            )
