"""The engine that makes pages: Jinja2 with the platform's own words.

It compiles a page to Python code, which takes a fifth of the time that Django's own template language takes
(docs/decisions/0004-pages.md). Everything is escaped unless it says itself that it is safe; a name that a page
does not get is an error and never an empty space.
"""

from functools import cache
from typing import Any
from urllib.parse import quote

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from jinja2 import Environment, StrictUndefined

from ggzy.web import language
from ggzy.web.portal import words

FILTERS = (
    words.code, words.count, words.day, words.fact, words.is_ahead, words.is_long, words.kind, words.lang, words.left, words.listed,
    words.local,
    words.market, words.market_tag, words.moment, words.money, words.money_plain, words.money_short, words.plain_moment,
    words.region, words.size, words.zh,
)  # fmt: skip


def quoted(value: str) -> str:
    """A text as one part of an address, its slashes too."""
    return quote(value, safe="")


def environment(**options: Any) -> Environment:
    """What Django's Jinja2 backend asks for; `options` are its own (autoescape, the loader and so on)."""
    options |= {"undefined": StrictUndefined, "extensions": ["jinja2.ext.i18n"]}
    made = Environment(**options)  # noqa: S701 - Django's backend turns autoescape on
    made.filters |= {word.__name__: word for word in (*FILTERS, quoted)} | {"speaking": language.address}
    made.globals |= {"_": gettext, "gettext": gettext, "ngettext": ngettext}
    made.globals |= {"party": words.party, "static": cache(static), "url": reverse}
    return made
