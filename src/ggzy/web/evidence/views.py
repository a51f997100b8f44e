"""Serves the log's files in installations that have no web server in front which does it better."""

import re

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse

from ggzy.kernel.errors import NotFound
from ggzy.kernel.ledger import keys

_NAMES = re.compile(r"(vkey|checkpoint|tile/(\d+|entries)/(x\d{3}/)*\d{3}(\.p/\d{1,3})?)")


def file(request: HttpRequest, year: int, name: str) -> FileResponse:
    """A checkpoint (changes), a verifier key, or a tile (never changes)."""
    target = settings.HOME / "evidence" / str(year) / name
    if not _NAMES.fullmatch(name) or not target.is_file():
        raise NotFound("存证日志中没有这个文件。", code="evidence.no_file")
    text = name in ("vkey", "checkpoint")
    response = FileResponse(
        target.open("rb"), content_type="text/plain; charset=utf-8" if text else "application/octet-stream"
    )
    response["Cache-Control"] = "public, max-age=2" if text else "public, max-age=31536000, immutable"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def receipts_key(request: HttpRequest) -> HttpResponse:
    """The verifier key of the receipts that this platform hands out."""
    return HttpResponse(keys.receipt_signer().verifier.vkey + "\n", content_type="text/plain; charset=utf-8")
