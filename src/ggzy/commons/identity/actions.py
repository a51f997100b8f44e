"""Opening, locking and closing accounts. Events know an account by its number alone."""

from typing import Any
from uuid import UUID

from ggzy.commons.identity import administrators
from ggzy.commons.identity.guards import is_door, is_self, is_sysadmin
from ggzy.commons.identity.models import Account, Grant, Membership, Sharing
from ggzy.commons.identity.states import ACCOUNT, GRANT, MEMBERSHIP
from ggzy.kernel.act import Act
from ggzy.kernel.actions import Outcome, action
from ggzy.kernel.errors import Conflict, NotFound, Unprocessable
from ggzy.kernel.privacy.blind import blind

HALL, CERTIFICATE = 2, 3
"""How surely somebody is recognised: by the government service hall, by a certificate; 1 is what one says oneself."""


def _subject(act: Act, account: str, **_: Any) -> str:
    return f"account/{account}"


@action("account.open", "注册账户", subject=_subject, may=is_door, door=False)
def open(act: Act, *, account: str, login: str, name: str = "", phone: str = "", email: str = "", password: str = "") -> Outcome:
    """Open an account; `password` is its hash, empty for one that signs in elsewhere. Conflict when the login is taken."""
    if Account.objects.filter(login=login.lower()).exists():
        raise Conflict("这个登录名已被使用，请换一个。", code="account.login_taken", fields=["login"])
    made = Account.objects.create(
        number=UUID(account), login=login.lower(), name=name, phone=phone, email=email, password=password,
        phone_blind=blind("phone", phone) if phone else None, created_at=act.at,
    )  # fmt: skip
    return _outcome(made, account, {})


@action("account.recognise", "核实身份", subject=_subject, may=is_door, door=False)
def recognise(act: Act, *, account: str, name: str, document_type: str, document: str, assurance: int, by: str) -> Outcome:
    """Take over who somebody is from one who knows: the hall, a certificate. `by` says who; assurance never falls.

    Conflict when another account is of the same person.
    """
    found, digest = find(account), blind("document", document)
    if Account.objects.filter(document_blind=digest).exclude(pk=found.pk).exclude(state="closed").exists():
        raise Conflict("这个身份证件已有账户，请用那个账户登录；忘记登录名请到服务窗口办理。", code="account.document_taken")
    if found.document_blind and bytes(found.document_blind) != digest:
        raise Conflict("核实到的身份证件与本账户登记的不一致，没有更改。请到服务窗口核对。", code="account.document_differs")
    found.name, found.document_type, found.document, found.document_blind = name, document_type, document, digest
    found.assurance = max(found.assurance, assurance)
    found.save(update_fields=["name", "document_type", "document", "document_blind", "assurance"])
    return _outcome(found, account, {"assurance": found.assurance, "by": by})


@action("account.lock", "锁定账户", subject=_subject, may=is_sysadmin)
def lock(act: Act, *, account: str, reason: str) -> Outcome:
    """Keep an account from signing in, with the reason; what it holds stays."""
    found = find(account)
    administrators.must_remain(without=found)
    ACCOUNT.move(found, "lock")
    found.save(update_fields=["state"])
    return _outcome(found, account, {"reason": written(reason)})


@action("account.unlock", "解锁账户", subject=_subject, may=is_sysadmin)
def unlock(act: Act, *, account: str, reason: str) -> Outcome:
    """Let an account sign in again."""
    found = find(account)
    ACCOUNT.move(found, "unlock")
    found.save(update_fields=["state"])
    return _outcome(found, account, {"reason": written(reason)})


@action("account.close", "注销账户", subject=_subject, may=is_self | is_sysadmin)
def close(act: Act, *, account: str, reason: str) -> Outcome:
    """Close an account for good: its roles and places end, what it was known by is deleted (个人信息保护法 第四十七条).

    The last representative of a party must first name another; the last administrator of a kind cannot go.
    """
    found = find(account)
    administrators.must_remain(without=found)
    for place in Membership.objects.filter(account=found, state__in=["claimed", "invited", "in_force"]):
        must_have_another(place)
        MEMBERSHIP.move(place, "end")
        place.family, place.ended_at = None, act.at
        place.save(update_fields=["state", "family", "ended_at"])
    for grant in Grant.objects.filter(account=found, state__in=["proposed", "in_force"]):
        GRANT.move(grant, "end")
        grant.family, grant.ended_by, grant.ended_at, grant.end_ground = None, act.actor, act.at, "注销账户"
        grant.save(update_fields=["state", "family", "ended_by", "ended_at", "end_ground"])
    ACCOUNT.move(found, "close")
    found.login, found.password, found.email = f"closed:{found.number}", "", ""
    found.name = found.phone = found.document = found.document_type = ""
    found.phone_blind = found.document_blind = None
    found.closed_at = act.at
    found.save()
    return _outcome(found, account, {"reason": written(reason)})


@action("account.share", "同意告知系统", subject=_subject, may=is_self)
def share(act: Act, *, account: str, client: str, scopes: list[str]) -> Outcome:
    """Let a system know these things of oneself, now and at later visits, until it is taken back."""
    found = find(account)
    Sharing.objects.update_or_create(account=found, client_id=client, defaults={"scopes": sorted(scopes), "at": act.at})
    return _outcome(found, account, {"client": client, "scopes": sorted(scopes)})


@action("account.unshare", "撤回同意", subject=_subject, may=is_self)
def unshare(act: Act, *, account: str, client: str) -> Outcome:
    """Take back what one let a system know; it is asked anew at the next visit. Taking back twice is no mistake."""
    found = find(account)
    found.sharings.filter(client_id=client).delete()
    return _outcome(found, account, {"client": client})


def find(account: str) -> Account:
    """The account with this number, locked until the action is done."""
    try:
        return Account.objects.select_for_update().get(number=UUID(account))
    except (Account.DoesNotExist, ValueError):
        raise NotFound("没有这个账户。请核对账户编号。", code="account.not_found") from None


def written(reason: str) -> str:
    """A reason as it is kept; Unprocessable when there is none."""
    text = " ".join(reason.split())
    if not text or len(text) > 500 or not text.isprintable():
        raise Unprocessable("请写明理由（最多 500 字，不含控制字符），便于日后核查。", code="identity.reason", fields=["reason"])
    return text


def must_have_another(place: Membership) -> None:
    """A party is never without a representative once it has one."""
    if place.position != "representative" or place.state != "in_force":
        return
    others = Membership.objects.filter(party=place.party, position="representative", state="in_force").exclude(pk=place.pk)
    if not others.exists():
        raise Conflict("这是该主体唯一的法定代表人账户，不能退出。请先由主体登记人员办理法定代表人变更。", code="membership.last_representative")


def _outcome(found: Account, account: str, said: dict[str, Any]) -> Outcome:
    return Outcome(account, {"account": account, "state": found.state, **said}, disclose="audit")
