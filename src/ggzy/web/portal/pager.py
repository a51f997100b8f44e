"""Links from page to page of any list."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

AROUND = 2  # pages shown on each side of the present one
LONGEST = 7  # digits of a page's number that are read


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the pager: a link, the page one is on, or a gap."""

    label: str
    url: str = ""
    on: bool = False
    rel: str = ""


def steps(page: int, pages: int, url: Callable[[int], str]) -> list[Step]:
    """Links to the first, the last and the pages around this one; gaps have no address. None for a single page."""
    if pages <= 1:
        return []
    near = sorted({1, pages, *range(max(1, page - AROUND), min(pages, page + AROUND) + 1)})
    found: list[Step] = []
    if page > 1:
        found.append(Step(_("上一页"), url(page - 1), rel="prev"))
    for before, number in zip([0, *near], near, strict=False):
        if number > before + 1:
            found.append(Step("…"))
        found.append(Step(str(number), "" if number == page else url(number), on=number == page))
    if page < pages:
        found.append(Step(_("下一页"), url(page + 1), rel="next"))
    return found


def number(request: HttpRequest, name: str = "page") -> int:
    """The page that an address asks for; the first one where it says none that can be read."""
    text = request.GET.get(name, "")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else 1


def address(request: HttpRequest, **changes: object) -> str:
    """This address with some parameters changed and all others kept."""
    asked = request.GET.copy()
    for name, value in changes.items():
        asked[name] = str(value)
    return f"?{asked.urlencode()}"
