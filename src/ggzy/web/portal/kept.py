"""Public pages are the same for everybody: one that was just made is handed out again for some seconds.

A page depends on its address, its language and what is published. So it is kept under all three, where "what is
published" is the view of the index that this process has; when that moves on (up to 0.2 s after a commit), nothing
made before is found any more. The clock on a page is set anew each time; what else follows from the hour ("2 小时"
left) may be ten seconds late (CACHES in the settings), and a script goes on counting in the reader's browser.
Django's own in-memory cache holds the pages and bounds their number; answers other than a whole page (redirects,
refusals) are never kept.

A shared cache in front may use a page for a second (s-maxage, RFC 9111 section 5.2.2.10). The strong ETag (RFC 9110
section 8.8.3) counts the clock in, to the second: a browser must not show old pages whose script counts from then.
"""

import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from ggzy.desks.disclosure import index
from ggzy.kernel import clock
from ggzy.web.portal.words import local, plain_moment

LARGEST = 100_000  # bytes of a page that is kept
FRESH = "public, max-age=0, s-maxage=1"
_CLOCK = re.compile(rb'(<meta name="now" content=")[^"]+|(<span id="clock">)[^<]+')  # no text of a record reads so
View = Callable[..., HttpResponse]


class _Views:
    """Numbers the views of the index that this process has had."""

    def __init__(self) -> None:
        self._last: object = None
        self._number = 0

    def number(self) -> int | None:
        """The number of the present one; nothing while there is no index, and then nothing is kept."""
        searcher = index.reader.searcher()
        if searcher is not self._last:
            self._last, self._number = searcher, self._number + 1
        return None if searcher is None else self._number


_views = _Views()


def kept(view: View) -> View:
    """Let a view's pages be handed out again while nothing changed, with a strong ETag."""

    @wraps(view)
    def answer(request: HttpRequest, **given: Any) -> HttpResponse:
        number = _views.number()
        if number is None:
            return view(request, **given)
        asked = f"{number} {get_language()} {request.build_absolute_uri()}"
        key = sha256(asked.encode()).hexdigest()
        if (page := caches["pages"].get(key)) is None:
            response = view(request, **given)
            if response.status_code != 200:
                return response
            page = response.content
            if len(page) <= LARGEST:
                caches["pages"].set(key, page)
        page = _at_this_moment(page)
        etag = f'"{sha256(page).hexdigest()[:32]}"'
        response = HttpResponse(page, headers={"ETag": etag, "Cache-Control": FRESH})
        return get_conditional_response(request, etag=etag, response=response)

    return answer


def _at_this_moment(page: bytes) -> bytes:
    """The page with its clock set: bidders go by the server's time, in the head for scripts and in the footer."""
    now = local(clock.now())
    for_scripts, shown = now.isoformat(timespec="seconds").encode(), plain_moment(now).encode()
    return _CLOCK.sub(lambda at: at[1] + for_scripts if at[1] else at[2] + shown, page)
