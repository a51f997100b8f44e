"""National packages over HTTP: POST /api/exchange/packages, the ZIP itself or in a form."""

import tempfile
from collections.abc import Iterator

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ggzy.desks.exchange.intake import Tally
from ggzy.desks.exchange.lines import blocks
from ggzy.desks.exchange.packages import PACKAGE_LIMIT
from ggzy.desks.exchange.packages.receiving import take_in
from ggzy.desks.exchange.prepare import Reporter
from ggzy.kernel.errors import Malformed, TooLarge
from ggzy.web.api.exchange import answered, body

_IN_MEMORY = 8 * 1024**2


def packages(request: HttpRequest) -> HttpResponseBase:
    """Take in a national exchange package; each record is answered as a line of /api/exchange/records is.

    The senders of the national exchange post a form with one file; others may send the ZIP as the body.
    """
    return answered(request, lambda: _sent(request), _receive)


def _sent(request: HttpRequest) -> Iterator[bytes]:
    refuse_too_long(request)
    if request.content_type != "multipart/form-data":
        return body(request)
    request.upload_handlers = [TemporaryFileUploadHandler(request)]
    for file in request.FILES.values():
        return blocks(file)
    raise Malformed(
        "表单里没有文件。请把数据包（ZIP）作为表单的文件，或直接作为请求体发送。", code="package.no_file"
    )


def refuse_too_long(request: HttpRequest) -> None:
    """A body that is larger than any package is refused before it is read."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > PACKAGE_LIMIT + _IN_MEMORY:
        raise TooLarge(
            f"数据包超过 {PACKAGE_LIMIT // 1024**3} GB 上限。请分成几个包发送。", code="package.too_large"
        )


def _receive(reporter: Reporter, content: Iterator[bytes], tally: Tally) -> Iterator[bytes]:
    """A ZIP is read from its end, so all of it must be here first: on disk, when it is not small."""
    size = 0
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as package:
        for block in content:
            size += len(block)
            if size > PACKAGE_LIMIT:
                raise TooLarge(
                    f"数据包超过 {PACKAGE_LIMIT // 1024**3} GB 上限。请分成几个包发送。",
                    code="package.too_large",
                )
            package.write(block)
        yield from take_in(reporter, package, tally, "api")
