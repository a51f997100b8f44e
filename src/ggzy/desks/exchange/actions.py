"""Taking records in, and who may report them."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from django.db import connection

from ggzy import standard
from ggzy.desks.exchange import guids, quarantine, uploads
from ggzy.desks.exchange.models import Attached, Token, TradingSystem
from ggzy.desks.exchange.prepare import Prepared, fault
from ggzy.kernel.act import Act
from ggzy.kernel.actions import May, Outcome, action, has_role
from ggzy.kernel.errors import NotFound, Unprocessable
from ggzy.kernel.ledger import records
from ggzy.kernel.ledger.records import Candidate
from ggzy.kernel.reasons import written
from ggzy.standard import identifiers

is_operator = has_role("operator", text="须由平台运行人员办理")
is_clock = has_role("clock", text="须由平台按时办理")
reports_own = May(lambda act, source, **_: act.actor == f"system:{source}", "只能报送本系统的数据") | is_operator


@action(
    "record.receive", "接收数据", subject=lambda act, source, **_: f"platform/{source}", may=reports_own | is_clock, door=False
)
def receive(act: Act, *, source: str, batch: list[Prepared]) -> Outcome:
    """Take a batch of prepared lines in: each is accepted, unchanged, superseded, held or refused.

    The result is one answer a line, in order, and the codes declared (children may wait for them).
    """
    quarantine.close_settled(batch)
    _check_attachments(source, batch)
    guids.check(source, batch)
    ready, missing = _sort_by_parents(source, batch)
    verdicts, new = records.decide(source, _candidates(source, ready))
    answers: dict[int, dict[str, Any]] = {}
    for prepared, verdict in zip(ready, verdicts, strict=True):
        if verdict.outcome == "nothing_to_withdraw":
            prepared.faults.append(
                fault("record.nothing_to_withdraw", "平台上没有这条记录，无从撤回。请核对 key。", field="key", got=prepared.key)
            )
            continue
        answers[id(prepared)] = {
            "status": verdict.outcome,
            "id": verdict.head_id,
            "version": verdict.version,
            "event": verdict.event_id,
            "n": verdict.n,
        }
        if verdict.outcome == "superseded":
            answers[id(prepared)]["text"] = (
                f"平台已有时间戳为 {verdict.stamp} 的更新版本，这一份已存入隔离区。如确需更正，请用更晚的 DATA_TIMESTAMP 重发。"
            )
    accepted = [p for p in ready if answers.get(id(p), {}).get("status") == "accepted"]
    # A sender who repeats what was cut off in the middle frees what waits for it, too.
    repeated = [p for p in ready if answers.get(id(p), {}).get("status") == "unchanged"]
    declared = _declare(source, accepted) + [code for p in repeated for code in p.declares]
    public = [p for p in accepted if p.candidate and p.candidate.public != records.HIDDEN]
    named = [Attached(digest=a.sha256, head_id=answers[id(p)]["id"]) for p in public for a in p.attachments]
    Attached.objects.bulk_create(named, ignore_conflicts=True)
    uploads.claim(source, {a.sha256 for p in accepted for a in p.attachments}, act.at)
    for prepared in batch:
        if id(prepared) in missing:
            answers[id(prepared)] = {
                "status": "held",
                "missing": missing[id(prepared)],
                "text": f"上级记录 {'、'.join(missing[id(prepared)])} 尚未收到，已暂存；上级记录到达后自动入库，无须重发。",
            }
        elif prepared.faults:
            answers[id(prepared)] = {"status": "refused", "faults": prepared.faults}
    ordered = [answers[id(p)] for p in batch]
    quarantine.keep(source, batch, ordered, act.at)
    kept = ("accepted", "unchanged", "held")
    guids.bind(source, [p for p, answer in zip(batch, ordered, strict=True) if answer["status"] in kept])
    return Outcome(
        result=(ordered, declared),
        evidence={"source": source},  # how many were held tells how many bid (招标投标法 22)
        source=source,
        records=new,
    )


def _candidates(source: str, ready: Sequence[Prepared]) -> list[Candidate]:
    """The candidates; the withdrawal of a record that the public cannot see shows nothing either."""
    candidates = [p.candidate for p in ready if p.candidate]
    withdrawn = [c for c in candidates if c.withdrawn]
    if not withdrawn:
        return candidates
    hidden = records.hidden(source, withdrawn)
    return [
        msgspec.structs.replace(c, public=records.HIDDEN) if c.withdrawn and (c.data_set, c.key) in hidden else c
        for c in candidates
    ]


def _check_attachments(source: str, batch: Sequence[Prepared]) -> None:
    wanted = {a.sha256 for p in batch for a in p.attachments}
    if not wanted:
        return
    there = uploads.there(source, wanted)
    for prepared in batch:
        for attachment in prepared.attachments:
            if attachment.sha256 not in there:
                prepared.candidate = None
                prepared.faults.append(
                    fault("record.attachment_missing", f"附件“{attachment.name}”尚未上传。请先发送到 /api/exchange/files，再报送本记录。",
                          field="attachments", expected="已上传文件的 SHA-256", got=attachment.sha256)
                )  # fmt: skip


def _sort_by_parents(source: str, batch: Sequence[Prepared]) -> tuple[list[Prepared], dict[int, list[str]]]:
    """Those whose parents are known, parents first; and for the others the codes that they wait for."""
    waiting = [p for p in batch if p.candidate]
    wanted = {code for p in waiting for code in p.parents}
    known = _declared(source, wanted) if wanted else set()
    ready: list[Prepared] = []
    while waiting:
        later = []
        for prepared in waiting:
            if known.issuperset(prepared.parents):
                ready.append(prepared)
                known.update(prepared.declares)
            else:
                later.append(prepared)
        if len(later) == len(waiting):
            break
        waiting = later
    return ready, {id(p): sorted(set(p.parents) - known) for p in waiting}


def _declared(source: str, codes: set[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code FROM exchange_declared WHERE source = %s AND code = ANY(%s)", [source, list(codes)]
        )
        return {row[0] for row in cursor.fetchall()}


def _declare(source: str, accepted: Sequence[Prepared]) -> list[str]:
    codes = sorted({code for p in accepted for code in p.declares})
    if codes:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO exchange_declared (source, code) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING",
                [source, codes],
            )
    return codes


@action("system.admit", "接入交易系统", subject=lambda act, platform_code, **_: f"platform/{platform_code}", may=is_operator)
def admit(act: Act, *, platform_code: str, name: str) -> Outcome:
    """Let a trading system report to the hub, under the credit code of its operator."""
    if not identifiers.uscc_valid(platform_code):
        raise Unprocessable("交易系统标识码应为 18 位统一社会信用代码，且校验位正确。请核对。", code="system.platform_code")
    TradingSystem.objects.update_or_create(
        platform_code=platform_code, defaults={"name": name}, create_defaults={"name": name, "admitted_at": act.at}
    )
    return Outcome(platform_code, {"platform_code": platform_code, "name": name})


@action("token.issue", "签发令牌", subject=lambda act, platform_code, **_: f"platform/{platform_code}", may=is_operator)
def issue(
    act: Act, *, platform_code: str, data_sets: list[str] | None = None, label: str = "", expires_at: datetime | None = None
) -> Outcome:
    """Give a trading system a bearer token for these data sets (prefixes; none: all). It is shown only once."""
    if not TradingSystem.objects.filter(pk=platform_code).exists():
        raise NotFound("没有这个交易系统。请先接入：system.admit，或在命令行签发时用 --name 给出名称。", code="system.not_found")
    if unknown := [one for one in data_sets or [] if not _known(one)]:
        raise Unprocessable(f"没有编号以“{unknown[0]}”开头的数据集。请对照数据标准目录。", code="token.data_sets")
    secret = f"ggzy_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        digest=digest(secret), system_id=platform_code, label=label, data_sets=data_sets or [],
        issued_at=act.at, expires_at=expires_at,
    )  # fmt: skip
    return Outcome({"id": token.pk, "token": secret}, {"token": token.pk, "data_sets": data_sets or []}, disclose="audit")


def _known(prefix: str) -> bool:
    return bool(prefix) and any(number.startswith(prefix) for number in standard.DATA_SETS)


@action("token.revoke", "吊销令牌", subject=lambda act, platform_code, **_: f"platform/{platform_code}", may=is_operator)
def revoke(act: Act, *, platform_code: str, token: int) -> Outcome:
    """Take a token back; from this moment on it opens nothing."""
    if not Token.objects.filter(pk=token, system_id=platform_code, revoked_at__isnull=True).update(revoked_at=act.at):
        raise NotFound("没有这个有效令牌。", code="token.not_found")
    return Outcome(None, {"token": token}, disclose="audit")


def digest(secret: str) -> bytes:
    """What is kept of a token."""
    return sha256(secret.encode()).digest()


@action("quarantine.dismiss", "作废隔离记录", subject=lambda act, source, **_: f"platform/{source}", may=reports_own)
def dismiss(act: Act, *, source: str, number: int, reason: str) -> Outcome:
    """Close a quarantined line for good, with the ground; its bytes stay for half a year."""
    reason = written(reason, "quarantine.reason")
    quarantine.dismiss(quarantine.find(source, number, act.scope), reason, act.at)
    return Outcome(number, {"source": source, "quarantine": number, "reason": reason})


@action("uploaded.expire", "清除未引用的附件", subject=lambda act, source, **_: f"platform/{source}", may=is_clock, door=False)
def expire(act: Act, *, source: str, digests: list[str]) -> Outcome:
    """Give up a system's files that no record has named in time; their bytes go next."""
    given_up = uploads.give_up(source, digests, act.at)
    return Outcome(given_up, {"source": source, "files": given_up}, disclose="audit")


@action("quarantine.expire", "清除已处理的隔离记录", subject=lambda act, source, **_: f"platform/{source}", may=is_clock, door=False)
def forget(act: Act, *, source: str, before: datetime) -> Outcome:
    """Forget a system's quarantined lines that were settled before this moment; says how many."""
    count = quarantine.forget_settled(source, before)
    return Outcome(count, {"source": source, "lines": count, "before": before.isoformat()}, disclose="audit")
