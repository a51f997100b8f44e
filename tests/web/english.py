"""What stands in Chinese on an English page without saying so (WCAG 2.2, success criterion 3.1.2)."""

import re
from collections.abc import Iterator

from lxml import html
from lxml.html import HtmlElement

CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
SAID = ("title", "aria-label", "alt", "placeholder", "label", "summary")  # attributes that are read out or shown
UNSEEN = ("script", "style", "link", "meta")
SCRIPTED = ("data-waiting", "data-good", "data-bad", "data-partly", "data-unable", "data-unready", "data-label")


def unmarked(page: str) -> list[str]:
    """Every piece of Chinese text outside of what is marked as Chinese, with where it stands."""
    return list(_walk(html.document_fromstring(page), "en"))


def _walk(element: HtmlElement, language: str) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in UNSEEN:
        return
    language = element.get("lang", language)
    texts = [element.text, *(element.get(name) for name in (*SAID, *SCRIPTED)), *(child.tail for child in element)]
    if not language.startswith("zh"):
        yield from (f"<{element.tag} {element.get('class', '')}> {text.strip()}" for text in texts if text and CHINESE.search(text))
    for child in element:
        yield from _walk(child, language)
