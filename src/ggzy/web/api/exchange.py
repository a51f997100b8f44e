"""The intake over HTTP: POST /api/exchange/records, and the files that belong to records."""

import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import IO

import msgspec
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from ggzy.commons.files import store
from ggzy.desks.exchange import uploads
from ggzy.desks.exchange.intake import Tally, take_in
from ggzy.desks.exchange.lines import BODY_LIMIT, Readable, blocks, gunzip, lines
from ggzy.desks.exchange.models import Attached
from ggzy.desks.exchange.prepare import Reporter
from ggzy.kernel import clock, idempotency
from ggzy.kernel.errors import Malformed, NotFound, Refusal, TooLarge
from ggzy.kernel.ledger.models import Head
from ggzy.web.api import access

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
NDJSON = "application/x-ndjson; charset=utf-8"
_SHORT = 64 * 1024
Sent = Callable[[], Iterator[bytes]]
Receive = Callable[[Reporter, Iterator[bytes], Tally], Iterator[bytes]]
"""What takes the content in and counts it; it gives the answers as they come."""


class WrongMediaType(Refusal):
    """The body is wrapped in what does not belong to the file."""

    status, code, title = 415, "file.not_raw", "请发送文件本身"


def records(request: HttpRequest) -> HttpResponseBase:
    """Take in a stream of records; the answers follow when all of it has been read.

    A client that sends everything before it reads would otherwise block both sides.
    """

    def receive(reporter: Reporter, content: Iterator[bytes], tally: Tally) -> Iterator[bytes]:
        if request.content_type == "multipart/form-data":  # curl's -F: its seams would be taken for broken lines
            raise WrongMediaType("数据须作为请求体原样发送，不能用表单。请用 curl --data-binary @文件，地址和令牌不变。")
        coding = request.headers.get("Content-Encoding", "identity").strip().lower()
        if coding == "gzip":
            content = gunzip(content)
        elif coding not in ("identity", ""):
            raise Malformed(f"不支持 {coding} 压缩。请用 gzip 或不压缩。", code="request.encoding_unknown")
        yield from take_in(reporter, lines(content), tally)
        yield msgspec.json.encode({"summary": tally.counts, "lines": tally.lines}) + b"\n"

    return answered(request, lambda: body(request), receive)


def answered(request: HttpRequest, sent: Sent, receive: Receive) -> HttpResponseBase:
    """Read what was sent to its end and answer in lines.

    With an Idempotency-Key the same content gets the same answers, byte for byte.
    """
    reporter = access.reporter(request)
    key = access.idempotency_key(request)
    if not key:
        return _answer(_spooled(reporter, sent(), receive)[0])
    with idempotency.alone(reporter.actor, key):
        if earlier := idempotency.earlier(reporter.actor, key):
            fingerprint = sha256()
            for block in sent():
                fingerprint.update(block)
            idempotency.same_request(earlier, fingerprint.digest())
            content = store.read(earlier.file) if earlier.file else bytes(earlier.body)
            return _answer(content, replayed=True)
        spool, size, digest = _spooled(reporter, sent(), receive)
        file, short = "", b""
        if size > _SHORT:
            file = store.save(_chunks(spool), NDJSON).digest
        else:
            short = spool.read()
        spool.seek(0)
        idempotency.remember(
            reporter.actor, key, digest, clock.now(), status=200, content_type=NDJSON, body=short, file=file
        )
        return _answer(spool)


def _spooled(
    reporter: Reporter, content: Iterator[bytes], receive: Receive
) -> tuple[IO[bytes], int, bytes]:
    """The answers in a spool, with their size and the digest of what was sent."""
    fingerprint = sha256()

    def hashed() -> Iterator[bytes]:
        for block in content:
            fingerprint.update(block)
            yield block

    tally = Tally()
    spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=8 * 1024**2)  # noqa: SIM115 - closed by the response
    try:
        for answers in receive(reporter, hashed(), tally):
            spool.write(answers)
    except Refusal as refusal:
        refusal.more.update(lines=tally.lines, counts=tally.counts)
        raise
    size = spool.tell()
    spool.seek(0)
    return spool, size, fingerprint.digest()


def body(request: HttpRequest) -> Iterator[bytes]:
    """The request's body, by its length or, when it is sent in chunks, to its end."""
    length = request.META.get("CONTENT_LENGTH")
    if not length:
        yield from blocks(request.environ["wsgi.input"])
        return
    if int(length) > BODY_LIMIT:
        raise TooLarge(f"一次最多接收 {BODY_LIMIT // 1024**3} GB。请分批发送。", code="request.too_large")
    source: Readable = request
    read = 0
    for block in blocks(source, int(length)):
        read += len(block)
        yield block
    if read < int(length):
        raise Malformed("传输中断，前面完整的行已处理。重新发送是安全的：已入库的会答复“未变化”。", code="request.cut_short")


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(256 * 1024):
        yield chunk


def _answer(content: IO[bytes] | bytes, *, replayed: bool = False) -> HttpResponseBase:
    response = (
        HttpResponse(content, content_type=NDJSON)
        if isinstance(content, bytes)
        else StreamingHttpResponse(_chunks(content), content_type=NDJSON)
    )
    if replayed:
        response["Idempotency-Replayed"] = "true"
    return response


def upload(request: HttpRequest) -> HttpResponseBase:
    """Store a file that a record will name as its attachment; the answer is its SHA-256."""
    reporter = access.reporter(request)
    media_type = request.headers.get("Content-Type") or "application/octet-stream"
    if media_type.partition(";")[0].strip().lower() in _FORMS:  # curl's -F and plain -d: not the file's own bytes
        raise WrongMediaType(
            "附件须作为请求体原样发送，不能用表单。请写明文件类型，例如：curl -H 'Content-Type: application/pdf' "
            "--data-binary @附件.pdf，地址和令牌不变。"
        )
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > store.LIMIT:
        raise TooLarge(f"文件超过上限 {store.LIMIT // 1024**2} MB。请压缩或拆分后重新上传。", code="file.too_large")
    try:
        stored = uploads.take(reporter.source, body(request), media_type, length)
    except Malformed as cut:
        raise Malformed("传输中断，文件没有留存。请重新上传。", code=cut.code) from None
    return JsonResponse({"sha256": stored.digest, "size": stored.size}, status=201)


def download(request: HttpRequest, digest: str) -> HttpResponseBase:
    """A stored file, while a public record that is in force names it: what was withdrawn can be taken back."""
    named = Attached.objects.filter(digest=digest).values("head_id")
    if not Head.objects.filter(id__in=named, withdrawn=False).exists():
        raise NotFound("没有公开记录引用这个文件。请核对 SHA-256 值。", code="file.not_found")
    response = FileResponse(store.read(digest), as_attachment=True, filename=request.GET.get("name") or digest)
    response["Cache-Control"] = "public, max-age=300"
    response["Content-Type"] = "application/octet-stream"
    return response
