"""One party: what it won, what it bought, what is on record about it, and what only names it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.desks.disclosure import queries
from ggzy.desks.disclosure.parties import LISTS, Slice
from ggzy.desks.disclosure.query import Hit
from ggzy.kernel.errors import NotFound
from ggzy.web.portal.charts import chart
from ggzy.web.portal.kept import kept
from ggzy.web.portal.pager import address, number, steps

ROLES = {"principal": "招标、采购、出让或转让方", "agent": "代理机构", "winner": "中标（成交）人", "bidder": "投标人、供应商"}


@require_safe
@kept
def party(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a party by its credit code; each of its lists turns its own pages."""
    found = queries.party(code, {name: number(request, name) for name in LISTS})
    if found is None:
        raise NotFound(_("没有代码为 %s 的交易主体。请核对 18 位统一社会信用代码。") % code, code="party.not_found")

    def year_url(year: str) -> str:
        asked = {"code": f"winner:{code}", "stage": "result", "since": f"{year}-01-01", "until": f"{year}-12-31"}
        return "/notices?" + urlencode(asked)

    context = {
        "party": found,
        "roles": [_(ROLES[role]) for role in found.roles],
        "years": chart(found.totals, year_url),
        "won": [_deal(hit, hit.principal) for hit in found.won.hits],
        "bought": [_deal(hit, hit.winner) for hit in found.bought.hits],
        "won_from": _("招标（采购、出让）人") if any(hit.principal for hit in found.won.hits) else "",
        "bought_from": _("中标（成交）人") if any(hit.winner for hit in found.bought.hits) else "",
        "penalties": [{**_dated(hit), "until": hit.deadline_at} for hit in found.penalties.hits],
        "named": [{**_dated(hit), "role": _role(hit, found.name)} for hit in found.named.hits],
        "mentioning": "/notices?" + urlencode({"q": f'"{found.name}"', "all": 1}),
        "pages": {name: _pages(request, name, getattr(found, name)) for name in LISTS},
        "spans": {name: _span(getattr(found, name)) for name in LISTS},
    }
    return render(request, "portal/party.html", context)


def _pages(request: HttpRequest, name: str, shown: Slice) -> list[Any]:
    return steps(shown.page, shown.pages, lambda other: f"{address(request, **{name: other})}#{name}")


def _span(shown: Slice) -> str:
    """Which of how many: all of them, or from where to where."""
    if shown.pages == 1:
        return _("共 %(total)s 项") % {"total": f"{shown.total:,}"}
    last = shown.first + len(shown.hits) - 1
    said = {"total": f"{shown.total:,}", "first": f"{shown.first:,}", "last": f"{last:,}"}
    return _("共 %(total)s 项，这里是第 %(first)s 至 %(last)s 项，新的在前") % said


def _role(hit: Hit, name: str) -> str:
    """In which column of a record a name stands; nothing when only its text speaks of it."""
    return next((_(ROLES[role]) for role in ("principal", "agent", "winner") if getattr(hit, role) == name), "")


def _dated(hit: Hit) -> dict[str, Any]:
    return {"head_id": hit.head_id, "title": hit.title, "published_at": hit.published_at, "dated": hit.dated}


def _deal(hit: Hit, other: str) -> dict[str, Any]:
    return {**_dated(hit), "other": other, "amount": hit.amount}
