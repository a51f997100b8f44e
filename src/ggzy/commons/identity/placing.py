"""Places with a party: the registrar admits a representative, who invites staff and says what each may do."""

from typing import Any
from uuid import UUID

from ggzy.commons.identity.actions import find
from ggzy.commons.identity.granting import join
from ggzy.commons.identity.guards import for_party, is_account, is_registrar
from ggzy.commons.identity.models import Membership
from ggzy.commons.identity.roles import PARTY, rights
from ggzy.commons.identity.states import MEMBERSHIP
from ggzy.commons.parties.models import Party
from ggzy.kernel.act import Act
from ggzy.kernel.actions import May, Outcome, action
from ggzy.kernel.errors import Conflict, Forbidden, NotFound, Unprocessable
from ggzy.kernel.reasons import written


def _subject(act: Act, party: str, **_: Any) -> str:
    return f"party/{party}"


def _is_own(act: Act, *, place: int, **_: Any) -> bool:
    found = Membership.objects.select_related("account").filter(pk=place).first()
    return found is not None and found.account.actor == act.actor


holds_it = May(_is_own, "须由本人办理")


@action("membership.admit", "核准法定代表人账户", subject=_subject, may=is_registrar)
def admit(act: Act, *, party: str, place: int, reason: str) -> Outcome:
    """Let a claimed place of a representative hold, after looking at the evidence."""
    found = _found(party, place)
    MEMBERSHIP.move(found, "admit")
    found.since = act.at
    found.save(update_fields=["state", "since"])
    return _outcome(found, party, {"reason": written(reason)})


@action("membership.invite", "邀请办事人员", subject=_subject, may=for_party("staff"))
def invite(act: Act, *, party: str, account: str, allowed: list[str], position: str = "staff") -> Outcome:
    """Ask somebody to act for the party, with these rights; a representative may also name another representative."""
    if position not in ("staff", "representative") or (position == "representative" and act.role != "representative"):
        raise Forbidden("只有法定代表人账户可以增加法定代表人账户。", code="membership.position")
    _check_rights(act, allowed)
    invited = find(account)
    if Membership.objects.filter(account=invited, party__number=UUID(party), state__in=["claimed", "invited", "in_force"]).exists():
        raise Conflict("这个账户已在本单位，或已邀请而未接受。", code="membership.twice")
    made = Membership.objects.create(
        account=invited, party=_party(party), position=position, rights=sorted(allowed), invited_by=act.actor, invited_at=act.at
    )
    return _outcome(made, party, {"account": account})


@action("membership.accept", "接受邀请", subject=_subject, may=is_account & holds_it)
def accept(act: Act, *, party: str, place: int) -> Outcome:
    """Take the place that one was offered."""
    found = _found(party, place)
    join(found.account, PARTY)  # only now: whoever invites somebody decides nothing about him
    MEMBERSHIP.move(found, "accept")
    found.family, found.since = PARTY, act.at
    found.save(update_fields=["state", "family", "since"])
    return _outcome(found, party, {})


@action("membership.change", "更改办事权限", subject=_subject, may=for_party("staff"))
def change(act: Act, *, party: str, place: int, allowed: list[str]) -> Outcome:
    """Say anew what one of the staff may do; nobody gives what he does not have himself."""
    found = _found(party, place)
    _check_rights(act, allowed)
    if found.position != "staff" or found.state == "ended":
        raise Unprocessable("只能更改在职办事人员的权限。", code="membership.not_staff")
    found.rights = sorted(allowed)
    found.save(update_fields=["rights"])
    return _outcome(found, party, {})


@action("membership.end", "终止办事关系", subject=_subject, may=for_party("staff") | holds_it | is_registrar)
def end(act: Act, *, party: str, place: int, reason: str) -> Outcome:
    """End somebody's place with a party, or one's own; the last representative cannot go."""
    found = _found(party, place)
    if found.position == "representative" and act.role == "staff" and found.account.actor != act.actor:
        raise Forbidden("办事人员不能终止法定代表人账户。", code="membership.position")
    finish(act, found)
    return _outcome(found, party, {"reason": written(reason)})


def finish(act: Act, place: Membership) -> None:
    """Let a place hold no more; a party is never without a representative once it has one."""
    if place.position == "representative" and place.state == "in_force":
        others = Membership.objects.filter(party=place.party, position="representative", state="in_force").exclude(pk=place.pk)
        if not others.exists():
            raise Conflict(
                "这是该主体唯一的法定代表人账户，不能退出。请先由主体登记人员办理法定代表人变更。", code="membership.last_representative"
            )
    MEMBERSHIP.move(place, "end")
    place.family, place.ended_at = None, act.at
    place.save(update_fields=["state", "family", "ended_at"])


def _check_rights(act: Act, allowed: list[str]) -> None:
    if unknown := set(allowed) - rights().keys():
        raise Unprocessable(f"没有名为“{min(unknown)}”的权限。请从列表中选择。", code="membership.right", fields=["allowed"])
    if act.role == "staff" and (more := set(allowed) - set(act.scope)):
        raise Forbidden(f"您自己没有“{rights()[min(more)]}”的权限，不能授予他人。", code="membership.more_than_own")


def _party(number: str) -> Party:
    return Party.objects.get(number=UUID(number))


def _found(party: str, place: int) -> Membership:
    places = Membership.objects.select_for_update(of=("self",)).select_related("account", "party")
    found = places.filter(pk=place, party__number=number).first() if (number := _number(party)) else None
    if found is None:
        raise NotFound("这个主体没有这位办事人员。请刷新页面。", code="membership.not_found")
    return found


def _number(party: str) -> UUID | None:
    try:
        return UUID(party)
    except ValueError:
        return None


def _outcome(found: Membership, party: str, said: dict[str, Any]) -> Outcome:
    told = {"party": party, "place": found.pk, "account": str(found.account.number), "position": found.position, "rights": found.rights}
    return Outcome(found.pk, {**told, "state": found.state, **said}, disclose="audit")
