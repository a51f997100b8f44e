"""The public feed and single records, as JSON."""

from collections.abc import Iterator
from threading import BoundedSemaphore

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from ggzy.desks.exchange.published import line
from ggzy.kernel.errors import NotFound, Unprocessable
from ggzy.kernel.ledger import feed as ledger_feed
from ggzy.kernel.ledger import followers
from ggzy.web.api.exchange import NDJSON

EVENTS = 100
STEP = 5
ENOUGH_BYTES = 4 * 1024**2
LONGEST_WAIT = 30.0
WAITING = 4
"""Requests that may wait in one process: each holds a thread, and whoever reports must always find one."""
_waiting = BoundedSemaphore(WAITING)


def feed(request: HttpRequest) -> HttpResponseBase:
    """Every public change in ledger order: those after index `after`, waiting up to `wait` seconds for one.

    The last line is {"next": n}: ask again with after=n. Reading from -1 on gives everything, without gaps. An
    answer ends after 100 events or some megabytes; when too many wait already, it comes at once and is empty.
    """
    after = _number(request, "after", -1)
    wait = min(float(_number(request, "wait", 0)), LONGEST_WAIT)
    end = ledger_feed.end()
    busy = False
    if after + 1 >= end and wait > 0:
        busy = not _waiting.acquire(blocking=False)
        if not busy:
            try:
                followers.wait_for(after + 1, wait)
            finally:
                _waiting.release()
            end = ledger_feed.end()
    body, last, furthest = bytearray(), after, min(after + EVENTS, end - 1)
    while last < furthest and len(body) < ENOUGH_BYTES:
        first, last = last + 1, min(last + STEP, furthest)
        body += b"".join(_lines(first, last))
    body += msgspec.json.encode({"next": last}) + b"\n"
    return HttpResponse(bytes(body), content_type=NDJSON, headers={"Retry-After": "5"} if busy else {})


def _lines(first: int, last: int) -> Iterator[bytes]:
    for published in ledger_feed.published(first, last - first + 1):
        if published.erased or not published.is_hidden:  # who keeps a copy must hear of an erasure
            yield line(published)


def record(request: HttpRequest, head_id: int, version: int | None = None) -> HttpResponse:
    """One public record in one version (the one in force, when none is named)."""
    found = ledger_feed.record(head_id, version)
    if found is None or found.is_hidden:
        raise NotFound("没有这条公开记录。请核对编号。", code="record.not_found")
    return HttpResponse(line(found), content_type="application/json")


def _number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    if not text:
        return default
    try:
        number = int(text)
    except ValueError:
        raise Unprocessable(f"参数 {name} 应为整数，收到“{text[:20]}”。", code="request.parameter") from None
    if not -1 <= number < 2**62:
        raise Unprocessable(f"参数 {name} 超出范围。", code="request.parameter")
    return number
