"""In which language an answer is written: Chinese, unless its reader chose English (docs/decisions/0007-english.md).

The address of a page says nothing about it, so that what is cited stays the same for everybody. `?lang=en` on any page
sets a cookie and leads to the same page without it. A browser's Accept-Language is not looked at: two people who open
one address would see two pages and neither would know why.

Feeds, downloads and widgets go to programs, which keep no cookies: there the address itself carries `lang`, and no
cookie changes what it gives. The API answers in Chinese.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import escape_leading_slashes, urlencode
from django.utils.translation import get_language, override

Respond = Callable[[HttpRequest], HttpResponseBase]

PARAMETER = "lang"
NAMES = dict(settings.LANGUAGES)
_API = re.compile(r"/api/.+|/health.*")
_FOR_PROGRAMS = re.compile(r"/widgets/.+|/evidence/(\d+/.+|[a-z].*)|/.+\.(atom|rss|ics|csv|xlsx|json|xml|txt)")


class Language:
    """Speaks the reader's language from the first word of an answer to its last."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.GET.get(PARAMETER, "")
        if _API.fullmatch(request.path):
            return self._speak(settings.LANGUAGE_CODE, request)
        if _FOR_PROGRAMS.fullmatch(request.path):
            return self._speak(asked if asked in NAMES else settings.LANGUAGE_CODE, request)
        if asked in NAMES and request.method in ("GET", "HEAD"):
            return _chosen(request, asked)
        kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        response = self._speak(kept if kept in NAMES else settings.LANGUAGE_CODE, request)
        patch_vary_headers(response, ["Cookie"])
        return response

    def _speak(self, language: str, request: HttpRequest) -> HttpResponseBase:
        with override(language, deactivate=True):
            response = self.respond(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers["Content-Language"] = language
        return response


def _chosen(request: HttpRequest, language: str) -> HttpResponseRedirect:
    """The same page without `lang`; Chinese needs no cookie, so that its readers share the pages that caches keep."""
    rest = "&".join(pair for pair in request.META["QUERY_STRING"].split("&") if pair.partition("=")[0] != PARAMETER)
    address = escape_leading_slashes(request.path) + (f"?{rest}" if rest else "")
    response = HttpResponseRedirect(address, headers={"Cache-Control": "no-store"})
    if language == settings.LANGUAGE_CODE:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    else:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax",
            secure=settings.HTTPS, httponly=True,
        )  # fmt: skip
    return response


def is_default() -> bool:
    """Whether the answer is in Chinese, the language of nearly all that is published."""
    return get_language() == settings.LANGUAGE_CODE


def city() -> str:
    """The city's name as the page's readers write it."""
    return settings.CITY if is_default() else settings.CITY_IN_ENGLISH


def address(url: str) -> str:
    """An address for programs (a feed, a download) that speaks as this page does."""
    if is_default():
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode({PARAMETER: get_language()})}"


def others(request: HttpRequest) -> list[dict[str, str]]:
    """The other languages of this page: each with its own name and the address that chooses it."""
    asked = request.GET.copy()
    found = []
    for code, name in NAMES.items():
        if code != get_language():
            asked[PARAMETER] = code
            found.append({"code": code, "name": name, "url": f"?{asked.urlencode()}"})
    return found


def spoken(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A stream in the language of its request, which is over before the stream is made."""
    language, waiting = get_language(), iter(pieces)

    def said() -> Iterator[bytes]:
        while True:
            with override(language):
                piece = next(waiting, None)
            if piece is None:
                return
            yield piece

    return said()
