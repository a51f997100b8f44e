"""Granting roles: proposed by one, confirmed by another where the role is sensitive, for a place, a market and a time."""

from datetime import datetime, timedelta
from typing import Any

from ggzy.commons.identity import administrators
from ggzy.commons.identity.actions import find, subject
from ggzy.commons.identity.guards import is_operator, is_secadmin, is_self
from ggzy.commons.identity.models import Account, Grant
from ggzy.commons.identity.roles import ADMINISTRATORS, Role, families, roles
from ggzy.commons.identity.states import GRANT
from ggzy.kernel.act import Act
from ggzy.kernel.actions import Outcome, action
from ggzy.kernel.errors import Conflict, Forbidden, NotFound, Unprocessable
from ggzy.kernel.reasons import written
from ggzy.standard.identifiers import region_valid

LONGEST = timedelta(days=366)
"""A sensitive role is granted for a year at most; then somebody asks again whether it is needed."""
_FEWEST = {"secadmin": 2}


@action("grant.propose", "授予角色", subject=subject, may=is_secadmin)
def propose(
    act: Act, *, account: str, role: str, ground: str, until: datetime | None = None, region: str = "",
    markets: list[str] | None = None,
) -> Outcome:  # fmt: skip
    """Give somebody a role, for a region and markets (none: all), by the document that grants it.

    A sensitive one waits for a second person. Refused where the account has roles of another family.
    """
    if act.actor == f"account:{account}":
        raise Forbidden("不能给自己授予角色。请由另一名安全管理员办理。", code="grant.own")
    found, wanted = find(account), _role(role)
    _check_time(wanted, act.at, until)
    if region and not region_valid(region.ljust(6, "0")):
        raise Unprocessable("辖区应为行政区域代码的前 2、4 或 6 位。请核对。", code="grant.region", fields=["region"])
    join(found, wanted.family)
    made = _grant(act, found, wanted, ground, until, region, markets or [])
    made.state = "proposed" if wanted.sensitive else "in_force"
    made.save()
    return _outcome(made, account)


@action("grant.confirm", "确认授予角色", subject=subject, may=is_secadmin)
def confirm(act: Act, *, account: str, grant: int) -> Outcome:
    """Let a proposed role hold, as the second person; neither who proposed it nor who gets it may."""
    found = _found(account, grant)
    if act.actor in (found.proposed_by, found.account.actor):
        raise Forbidden("须由提出人和被授予人以外的另一名安全管理员确认。", code="grant.two_persons")
    GRANT.move(found, "confirm")
    found.confirmed_by, found.confirmed_at = act.actor, act.at
    found.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    return _outcome(found, account)


@action("grant.decline", "不同意授予角色", subject=subject, may=is_secadmin)
def decline(act: Act, *, account: str, grant: int, reason: str) -> Outcome:
    """Turn a proposed role down, with the reason."""
    found = _found(account, grant)
    finish(act, found, "decline", reason)
    return _outcome(found, account)


@action("grant.end", "终止角色", subject=subject, may=is_secadmin | is_self)
def end(act: Act, *, account: str, grant: int, reason: str) -> Outcome:
    """Take a role back, or lay it down; the last administrator of a kind cannot."""
    found = _found(account, grant)
    finish(act, found, "end", reason)
    return _outcome(found, account)


@action("grant.appoint", "任命首任管理员", subject=subject, may=is_operator, door=False)
def appoint(act: Act, *, account: str, role: str, ground: str, second: str, until: datetime) -> Outcome:
    """Name an administrator while there are too few of that kind, by two operators at the machine (ggzy appoint).

    Two security administrators are the fewest: one alone could confirm nothing.
    """
    found, wanted = find(account), _role(role)
    if role not in ADMINISTRATORS:
        raise Unprocessable(f"命令行只能任命 {'、'.join(ADMINISTRATORS)}；其他角色由安全管理员授予。", code="grant.not_administrator")
    if administrators.in_force(role).count() >= _FEWEST.get(role, 1):
        raise Conflict(f"已有足够的{wanted.title}。请由安全管理员授予角色。", code="grant.administrator_exists")
    if second == act.actor:
        raise Forbidden("两名经办人不能是同一人。", code="grant.two_persons")
    _check_time(wanted, act.at, until)
    join(found, wanted.family)
    made = _grant(act, found, wanted, ground, until, "", [])
    made.state, made.confirmed_by, made.confirmed_at = "in_force", second, act.at
    made.save()
    return _outcome(made, account)


def join(account: Account, family: str) -> None:
    """Make the account one of this family of roles; it can have no roles of another while it has any of its own."""
    if account.family == family:
        return
    if account.grants.filter(family__isnull=False).exists() or account.memberships.filter(family__isnull=False).exists():
        mine, wanted = families()[account.family], families()[family]
        raise Conflict(
            f"这个账户已有“{mine}”一类的角色，不能再有“{wanted}”一类：两类相互排斥。请换一个人，或先终止原有角色。", code="grant.family"
        )
    account.family = family
    account.save(update_fields=["family"])


def finish(act: Act, grant: Grant, verb: str, reason: str) -> None:
    """Let a grant hold no more, by this verb; the last administrator of a kind stays."""
    if grant.role in ADMINISTRATORS and grant.state == "in_force":
        administrators.must_remain(without=grant)
    GRANT.move(grant, verb)
    grant.family, grant.ended_by, grant.ended_at, grant.end_ground = None, act.actor, act.at, written(reason)
    grant.save(update_fields=["state", "family", "ended_by", "ended_at", "end_ground"])


def _role(code: str) -> Role:
    try:
        return roles()[code]
    except KeyError:
        raise Unprocessable(f"没有名为“{code}”的角色。请从角色表中选择。", code="grant.role", fields=["role"]) from None


def _check_time(role: Role, now: datetime, until: datetime | None) -> None:
    if until is not None and (until.tzinfo is None or until <= now):
        raise Unprocessable("有效期止应是将来的时间，并带时区。请核对。", code="grant.until", fields=["until"])
    if role.sensitive and (until is None or until - now > LONGEST):
        raise Unprocessable(f"“{role.title}”是敏感角色，须写明有效期止，最长一年。", code="grant.until", fields=["until"])


def _grant(
    act: Act, account: Account, role: Role, ground: str, until: datetime | None, region: str, markets: list[str]
) -> Grant:
    if Grant.objects.filter(account=account, role=role.code, region=region, state__in=["proposed", "in_force"]).exists():
        raise Conflict("这个账户在该辖区已有这个角色，或正待确认。", code="grant.twice")
    return Grant(
        account=account, family=role.family, role=role.code, region=region, markets=markets, since=act.at, until=until,
        ground=written(ground), proposed_by=act.actor, proposed_at=act.at,
    )  # fmt: skip


def _found(account: str, grant: int) -> Grant:
    found = Grant.objects.select_for_update().select_related("account").filter(pk=grant, account__number=find(account).number).first()
    if found is None:
        raise NotFound("这个账户没有这项授予。请刷新页面。", code="grant.not_found")
    return found


def _outcome(found: Grant, account: str) -> Outcome:
    said: dict[str, Any] = {
        "account": account, "grant": found.pk, "role": found.role, "region": found.region, "markets": found.markets,
        "state": found.state, "ground": found.end_ground or found.ground,
    }  # fmt: skip
    return Outcome(found.pk, said | ({"until": found.until.isoformat()} if found.until else {}), disclose="audit")
