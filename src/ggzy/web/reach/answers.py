"""How public data is answered to programs: conditional (RFC 9110 section 13), cacheable, readable from any site."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from ggzy.desks.disclosure import index
from ggzy.kernel import clock

FRESH_SECONDS = 60
_SETTLED = timedelta(seconds=2)
View = Callable[..., HttpResponseBase]


def answer(request: HttpRequest, body: bytes, content_type: str, fresh: int = FRESH_SECONDS) -> HttpResponseBase:
    """A body with its strong ETag; 304 to those who have it, `fresh` seconds of rest to all caches."""
    etag, modified = f'"{sha256(body).hexdigest()[:32]}"', _modified()
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={fresh}"}
    if modified is not None:
        headers["Last-Modified"] = http_date(modified)
    response = HttpResponse(body, content_type=content_type, headers=headers)
    return get_conditional_response(request, etag=etag, last_modified=modified, response=response)


def _modified() -> int | None:
    """When anything public last changed, in Unix seconds.

    A date taken from what is shown would not move when a notice is withdrawn. It has only seconds, so it is not said
    until its second is surely over (RFC 9110 section 8.8.2.1).
    """
    path = index.current()
    try:
        changed = datetime.fromtimestamp((path / "meta.json").stat().st_mtime, UTC) if path else None
    except FileNotFoundError:
        return None
    return int(changed.timestamp()) if changed and clock.now() - changed > _SETTLED else None


def open_to_all(view: View) -> View:
    """Let scripts of any site read the answer: it is public and the same for everybody (Fetch, CORS protocol)."""

    @wraps(view)
    def respond(*args: object, **given: object) -> HttpResponseBase:
        response = view(*args, **given)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return respond


def site(request: HttpRequest) -> str:
    """Scheme and host by which the reader came."""
    return f"{request.scheme}://{request.get_host()}"
