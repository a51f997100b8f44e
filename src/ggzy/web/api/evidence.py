"""Proofs for those who ask: what an outsider needs to check a record, an event or a whole log."""

from base64 import b64encode

from django.http import HttpRequest, HttpResponse, JsonResponse

from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import NotFound, Unprocessable
from ggzy.kernel.ledger import proofs, records
from ggzy.kernel.oversight import auditors


def record(request: HttpRequest, head_id: int, version: int) -> JsonResponse:
    """From a version's public content to the signed checkpoint, each step with all it takes to recompute it."""
    proven = records.prove(head_id, version)
    event = proven and proofs.event_of(proven.event_id)
    # What its event withholds, a record withholds too; what is erased looks like what was never public.
    if not proven or not event or proven.public == records.HIDDEN.decode() or not proofs.is_public(event):
        raise NotFound("没有这条公开记录的这个版本，或其内容已依法删除。请核对编号。", code="record.not_found")
    seen = proofs.shown(event)
    proof = proofs.inclusion(event)
    return JsonResponse(
        {
            "record": {**proven.meta, "content": proven.public, "salt": _text(proven.public_salt)},
            "batch": {"index": proven.n, "size": proven.count, "path": [_text(h) for h in proven.path], "root": _text(proven.root)},
            "event": {"json": seen.event, "salt": None if seen.salt is None else _text(seen.salt), "entry": seen.entry.decode()},
            "log": None if proof is None else {
                "year": event.log_id,
                "index": proof.index,
                "path": [_text(h) for h in proof.path],
                "checkpoint": proof.checkpoint,
            },
        },
        json_dumps_params={"ensure_ascii": False},
    )  # fmt: skip


def proof(request: HttpRequest) -> HttpResponse:
    """The tlog-proof of the event whose leaf hash a receipt names."""
    leaf = _digest(request.GET.get("leaf", ""))
    event = proofs.by_leaf(leaf)
    found = None if event is None else proofs.inclusion(event)
    if found is None:
        raise NotFound("日志中还没有这个叶子。刚提交的内容请几秒后再试；超过 60 秒仍没有，请保留回执投诉。", code="evidence.no_leaf")
    return HttpResponse(found.text, content_type="text/plain; charset=utf-8")


def consistency(request: HttpRequest) -> JsonResponse:
    """That the log of a year only grew between two sizes."""
    try:
        year, old, new = (int(request.GET[name]) for name in ("year", "old", "new"))
        path = proofs.consistency(year, old, new)
    except (KeyError, ValueError):
        raise Unprocessable("请给出整数参数 year、old、new，且 0 < old ≤ new。", code="request.parameter") from None
    except LookupError:
        raise NotFound("这一年的日志没有这么大。请以检查点中的条数为准。", code="evidence.no_size") from None
    return JsonResponse({"year": year, "old": old, "new": new, "path": [_text(h) for h in path]})


def trace(request: HttpRequest, subject: str) -> JsonResponse:
    """The events of a subject, in order and without gaps; each that is shown can be recomputed to its leaf.

    At most `limit` (100, up to 1,000) behind number `after`; `next` continues. An auditor's bearer token shows what
    the public may not see yet; that it was read is an event itself.
    """
    auditor = auditors.known(request.headers.get("Authorization", ""))
    after, limit = _whole(request, "after", 0), _whole(request, "limit", 100)
    found = proofs.trace(subject, "auditor" if auditor else "public", after, limit)
    if found is None:
        raise NotFound("没有这个对象的留痕。请核对编号。", code="evidence.no_subject")
    if auditor:
        perform(Act(auditor.actor, "auditor", "api"), "access.read", auditor=auditor.pk, subject=subject, after=after)
    response = JsonResponse(
        {"subject": subject, "events": found.lines, "next": found.next, "sealed": found.sealed},
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = "private, no-store" if auditor else "public, max-age=0"
    response["Vary"] = "Authorization"
    return response


def _whole(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        raise Unprocessable(f"参数 {name} 应为不小于 0 的整数。", code="request.parameter")
    return int(text)


def _text(digest: bytes) -> str:
    return b64encode(digest).decode()


def _digest(text: str) -> bytes:
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        digest = b""
    if len(digest) != 32:
        raise Unprocessable("参数 leaf 应为 64 位十六进制的叶子哈希。", code="request.parameter")
    return digest


