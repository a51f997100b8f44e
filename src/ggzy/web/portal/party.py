"""One party: what it won, what it bought, what is on record about it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.desks.disclosure import queries
from ggzy.desks.disclosure.query import Hit
from ggzy.kernel.errors import NotFound
from ggzy.web.portal.charts import chart
from ggzy.web.portal.kept import kept

SHOWN = 50
ROLES = {"principal": "招标、采购、出让或转让方", "agent": "代理机构", "winner": "中标（成交）人", "bidder": "投标人、供应商"}


@require_safe
@kept
def party(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a party by its credit code."""
    found = queries.party(code)
    if found is None:
        raise NotFound(_("没有代码为 %s 的交易主体。请核对 18 位统一社会信用代码。") % code, code="party.not_found")

    def year_url(year: str) -> str:
        return "/notices?" + urlencode({"code": code, "stage": "result", "since": f"{year}-01-01", "until": f"{year}-12-31"})

    context = {
        "party": found,
        "roles": [_(ROLES[role]) for role in found.roles],
        "years": chart(found.totals, year_url),
        "won": [_deal(hit, hit.principal) for hit in found.won[:SHOWN]],
        "bought": [_deal(hit, hit.winner) for hit in found.bought[:SHOWN]],
        "won_from": _("招标（采购、出让）人") if any(hit.principal for hit in found.won) else "",
        "bought_from": _("中标（成交）人") if any(hit.winner for hit in found.bought) else "",
        "penalties": [
            {"head_id": hit.head_id, "title": hit.title, "published_at": hit.published_at, "until": hit.deadline_at}
            for hit in found.penalties
        ],
    }
    return render(request, "portal/party.html", context)


def _deal(hit: Hit, other: str) -> dict[str, Any]:
    return {"head_id": hit.head_id, "title": hit.title, "other": other, "amount": hit.amount, "published_at": hit.published_at}
