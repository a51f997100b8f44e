"""Opening, recognising and locking accounts, and what they share. Events know an account by its number alone."""

from typing import Any
from uuid import UUID

from ggzy.commons.identity import administrators
from ggzy.commons.identity.guards import is_door, is_self, is_sysadmin
from ggzy.commons.identity.models import Account, Sharing
from ggzy.commons.identity.states import ACCOUNT
from ggzy.kernel.act import Act
from ggzy.kernel.actions import Outcome, action
from ggzy.kernel.errors import Conflict, NotFound
from ggzy.kernel.privacy.blind import blind
from ggzy.kernel.reasons import written

HALL, CERTIFICATE = 2, 3
"""How surely somebody is recognised: by the government service hall, by a certificate; 1 is what one says oneself."""


def subject(act: Act, account: str, **_: Any) -> str:
    """The chain of an account."""
    return f"account/{account}"


@action("account.open", "注册账户", subject=subject, may=is_door, door=False)
def open(act: Act, *, account: str, login: str, name: str = "", phone: str = "", email: str = "", password: str = "") -> Outcome:
    """Open an account; `password` is its hash, empty for one that signs in elsewhere. Conflict when the login is taken."""
    if Account.objects.filter(login=login.lower()).exists():
        raise Conflict("这个登录名已被使用，请换一个。", code="account.login_taken", fields=["login"])
    made = Account.objects.create(
        number=UUID(account), login=login.lower(), name=name, phone=phone, email=email, password=password,
        phone_blind=blind("phone", phone) if phone else None, created_at=act.at,
    )  # fmt: skip
    return outcome(made, account, {})


@action("account.recognise", "核实身份", subject=subject, may=is_door, door=False)
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
    return outcome(found, account, {"assurance": found.assurance, "by": by})


@action("account.lock", "锁定账户", subject=subject, may=is_sysadmin)
def lock(act: Act, *, account: str, reason: str) -> Outcome:
    """Keep an account from signing in, with the reason; what it holds stays."""
    found = find(account)
    administrators.must_remain(without=found)
    ACCOUNT.move(found, "lock")
    found.save(update_fields=["state"])
    return outcome(found, account, {"reason": written(reason)})


@action("account.unlock", "解锁账户", subject=subject, may=is_sysadmin)
def unlock(act: Act, *, account: str, reason: str) -> Outcome:
    """Let an account sign in again."""
    found = find(account)
    ACCOUNT.move(found, "unlock")
    found.save(update_fields=["state"])
    return outcome(found, account, {"reason": written(reason)})


@action("account.share", "同意告知系统", subject=subject, may=is_self)
def share(act: Act, *, account: str, client: str, scopes: list[str]) -> Outcome:
    """Let a system know these things of oneself, now and at later visits, until it is taken back."""
    found = find(account)
    Sharing.objects.update_or_create(account=found, client_id=client, defaults={"scopes": sorted(scopes), "at": act.at})
    return outcome(found, account, {"client": client, "scopes": sorted(scopes)})


@action("account.unshare", "撤回同意", subject=subject, may=is_self)
def unshare(act: Act, *, account: str, client: str) -> Outcome:
    """Take back what one let a system know; it is asked anew at the next visit. Taking back twice is no mistake."""
    found = find(account)
    found.sharings.filter(client_id=client).delete()
    return outcome(found, account, {"client": client})


def find(account: str) -> Account:
    """The account with this number, locked until the action is done."""
    try:
        return Account.objects.select_for_update().get(number=UUID(account))
    except (Account.DoesNotExist, ValueError):
        raise NotFound("没有这个账户。请核对账户编号。", code="account.not_found") from None


def outcome(found: Account, account: str, said: dict[str, Any]) -> Outcome:
    """What is told of an account: its number and state, for supervision and audit."""
    return Outcome(account, {"account": account, "state": found.state, **said}, disclose="audit")
