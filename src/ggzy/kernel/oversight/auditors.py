"""Auditors: who may read what the public may not see yet, each by a bearer token of their own."""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import Outcome, action, has_role
from ggzy.kernel.errors import NotFound, NotSignedIn
from ggzy.kernel.ledger.models import Auditor

PREFIX = "ggzy_audit_"
_is_operator = has_role("operator", text="只有平台运维人员可以办理")
_is_auditor = has_role("auditor", text="只有监督、审计人员可以查阅")
_REFUSED = "审计令牌无效、已吊销或已过期。请核对是否完整，或向平台申请新的令牌；查看公开留痕不需要令牌。"


class Known(NamedTuple):
    """An auditor whose token holds."""

    pk: int
    actor: str


def known(authorization: str) -> Known | None:
    """The auditor behind an Authorization header, none without one; NotSignedIn when the token does not hold.

    A token of another kind, such as a trading system's, makes its bearer no auditor: he sees what all see.
    """
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip().startswith(PREFIX):
        return None
    found = Auditor.objects.filter(digest=_digest(secret.strip()), revoked_at=None).first()
    if found is None or (found.expires_at is not None and found.expires_at <= clock.now()):
        raise NotSignedIn(_REFUSED, code="access.auditor")
    return Known(found.pk, f"auditor:{found.pk}")


@action("auditor.admit", "准许查阅留痕", subject=lambda act, **_: "auditors", may=_is_operator, door=False)
def admit(act: Act, *, name: str, expires_at: datetime | None = None) -> Outcome:
    """Give a supervisor or auditor a token by which sealed evidence can be read. It is shown only once."""
    secret = PREFIX + secrets.token_urlsafe(32)
    made = Auditor.objects.create(digest=_digest(secret), name=name, issued_at=act.at, expires_at=expires_at)
    return Outcome({"id": made.pk, "token": secret}, {"auditor": made.pk}, disclose="audit")


@action("auditor.dismiss", "终止查阅留痕", subject=lambda act, **_: "auditors", may=_is_operator, door=False)
def dismiss(act: Act, *, auditor: int) -> Outcome:
    """Take an auditor's token back; from this moment on it opens nothing."""
    if not Auditor.objects.filter(pk=auditor, revoked_at=None).update(revoked_at=act.at):
        raise NotFound("没有这个有效的审计令牌。", code="auditor.not_found")
    return Outcome(None, {"auditor": auditor}, disclose="audit")


@action("access.read", "查阅留痕", subject=lambda act, auditor, **_: f"auditor/{auditor}", may=_is_auditor, door=False)
def read(act: Act, *, auditor: int, subject: str, after: int) -> Outcome:
    """Put on record that an auditor has read a trace, and from where on: who looks is watched, too."""
    return Outcome(None, {"subject": subject, "after": after}, disclose="audit")


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
