"""Erasing what the law says must go, while its leaf, and with it every proof of others, stays.

A person may have what concerns him deleted (个人信息保护法 §47), and the log may lose nothing. So content and salt
go, and what remains, a hash, says nothing any more. The erasure is an event with its ground; the database itself
(migration 0007) erases what that event names, and lets nothing else be changed.
"""

from uuid import UUID

from ggzy.kernel.act import Act
from ggzy.kernel.actions import Outcome, action, has_role
from ggzy.kernel.errors import Conflict, NotFound, Unprocessable
from ggzy.kernel.ledger import disclosure, proofs
from ggzy.kernel.ledger.models import Event, Record
from ggzy.kernel.ledger.records import HIDDEN

MOST_GROUND = 500
may_erase = has_role("operator", text="只有平台运维人员可以按法定理由删除") | has_role("auditor", text="监督、审计人员可以要求删除")


def _subject(act: Act, event: str, **_: object) -> str:
    return disclosure.subject_of(_event(event).subject)


@action("evidence.erase", "依法删除", subject=_subject, may=may_erase, door=False)
def erase(act: Act, *, event: str, n: int | None = None, ground: str) -> Outcome:
    """Erase the content of an event, or of the record version number `n` in it; `ground` names law and decision.

    The erasure is public where what it erases was; else it is withheld like that, and says nothing of it to all.
    Unprocessable without a ground; NotFound when there is no such thing; Conflict while it has no place in the log
    yet, when it is erased already, for erasures themselves, and for an event by which records are proven.
    """
    target = _event(event)
    if not ground.strip() or len(ground) > MOST_GROUND:
        raise Unprocessable("请写明删除的法律依据和决定文号，不超过 500 字。", code="erase.ground")
    if target.idx is None:
        raise Conflict("这条留痕还没有编入日志。请几秒后再试。", code="erase.too_soon")
    if n is None and (target.erased_by is not None or target.type == "evidence.erase"):
        raise Conflict("这条留痕已经删除，或者本身就是删除的记录。", code="erase.erased")
    if n is None and Record.objects.filter(event_id=target.pk).exists():
        raise Conflict("这条留痕是其中各条数据记录的凭证，不能整条删除。请用 --record 指明要删除的记录。", code="erase.carries_records")
    disclose = "public" if proofs.is_public(target) else target.disclose
    if n is not None:
        version = Record.objects.filter(event_id=target.pk, n=n).first()
        if version is None:
            raise NotFound("这条留痕中没有这个序号的记录。请核对。", code="erase.not_found")
        if version.erased_by is not None:
            raise Conflict("这条记录已经删除。", code="erase.erased")
        if disclose == "public" and version.public == HIDDEN.decode():
            disclose = "audit"
    return Outcome(None, {"event": str(target.pk), "n": n, "ground": ground.strip()}, disclose=disclose)


def _event(event: str) -> Event:
    try:
        found = Event.objects.filter(pk=UUID(event)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound("没有这条留痕。请核对编号。", code="erase.not_found")
    return found
