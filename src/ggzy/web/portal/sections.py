"""A notice's text cut into sections at its own headings, so that one can point at a section."""

import re
from dataclasses import dataclass

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

HEADING = re.compile(
    r"<h[1-6][^>]*>(?P<marked>.*?)</h[1-6]>"
    r"|<p[^>]*>\s*(?:<(?:strong|b)>)?\s*(?P<numbered>[一二三四五六七八九十]{1,3}[、．.][^<]{2,30}?)[：:]?\s*(?:</(?:strong|b)>)?\s*</p>",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a text; the part before the first heading has no title."""

    anchor: str
    title: str
    html: SafeString


def sections(html: str) -> list[Section]:
    """Cut text that the disclosure desk has already made safe; its headings become titles with anchors."""
    parts: list[Section] = []
    title, start = "", 0
    for found in [*HEADING.finditer(html), None]:
        body = html[start : found.start() if found else len(html)].strip()
        if title or strip_tags(body).strip():
            parts.append(Section(f"s{len(parts) + 1}", title, mark_safe(body)))  # noqa: S308 - safe already
        if found:
            title, start = strip_tags(found["marked"] or found["numbered"]).strip(), found.end()
    return parts
