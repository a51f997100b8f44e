"""Serves the log's files in installations that have no web server in front which does it better."""

import re

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse

from ggzy.kernel.errors import NotFound
from ggzy.kernel.ledger import keys, proofs
from ggzy.kernel.ledger.models import Event, Log
from ggzy.kernel.sequencing import witnesses as _witnesses

_NAMES = re.compile(r"(vkey|vkeys|policy|checkpoint|tile/(\d+|entries)/(x\d{3}/)*\d{3}(\.p/\d{1,3})?)")


def file(request: HttpRequest, year: int, name: str) -> FileResponse:
    """A checkpoint, the keys and the policy (change), or a tile (never changes)."""
    target = settings.HOME / "evidence" / str(year) / name
    if not _NAMES.fullmatch(name) or not target.is_file():
        raise NotFound("存证日志中没有这个文件。", code="evidence.no_file")
    text = not name.startswith("tile/")
    response = FileResponse(
        target.open("rb"), content_type="text/plain; charset=utf-8" if text else "application/octet-stream"
    )
    response["Cache-Control"] = "public, max-age=2" if text else "public, max-age=31536000, immutable"
    return response


def receipts_key(request: HttpRequest) -> HttpResponse:
    """The verifier key of the receipts that this platform hands out."""
    return HttpResponse(keys.receipt_signer().verifier.vkey + "\n", content_type="text/plain; charset=utf-8")


def policy(request: HttpRequest) -> FileResponse:
    """The policy of the newest log: whose checkpoints to believe, and how many witnesses must have cosigned."""
    newest = Log.objects.order_by("id").last()
    if newest is None:
        raise NotFound("还没有存证日志。请在首批数据入库后再试。", code="evidence.no_file")
    return file(request, newest.pk, "policy")


def witnesses(request: HttpRequest) -> JsonResponse:
    """How the newest log is witnessed, and what is wrong with a witness if anything is."""
    response = JsonResponse(_witnesses.standing(), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Cache-Control"] = "no-store"
    return response


def proof(request: HttpRequest, year: int, index: int) -> HttpResponse:
    """The proof of a log's entry for its party, as a file that is checked offline (c2sp.org/tlog-proof)."""
    log = Log.objects.filter(pk=year).first()
    event = log and Event.objects.filter(idx=log.first + index, log_id=year).first()
    found = proofs.inclusion(event) if event else None
    if found is None:
        raise NotFound("日志中没有这一条，或它还在等待见证。请核对年份和序号，几秒后再试。", code="evidence.no_leaf")
    response = HttpResponse(found.text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{year}-{index}.tlog-proof"'
    return response
