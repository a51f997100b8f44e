"""Approvals, qualifications, penalties: what the authorities decided about projects and parties."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ggzy.desks.disclosure import names, regulatory
from ggzy.desks.disclosure.filters import Query
from ggzy.web.portal.kept import kept

STATES = {
    "current": ("open", "有效期内"), "ahead": ("", "尚未生效"), "over": ("", "已期满"), "revoked": ("", "已撤销"),
}  # fmt: skip
RESTRICTED = ("soon", "限制期内")
TOPIC = "approvals"


@require_safe
@kept
def listing(request: HttpRequest) -> HttpResponse:
    """A topic of regulatory information, narrowed by words, market and days; the address says all that it shows."""
    asked = request.GET.get("topic", TOPIC)
    topic = asked if asked in regulatory.TOPICS else TOPIC
    query = Query.parse(request.GET)
    found = regulatory.find(topic, query)

    def url(**changes: str | int) -> str:
        given = {"q": query.words, "market": query.market[0] if query.market else "", "since": query.since or "", "until": query.until or ""}
        return "?" + urlencode({name: value for name, value in {"topic": topic, **given, **changes}.items() if value})

    context = {
        "query": query,
        "problems": query.problems,
        "topic": topic,
        "heading": _(regulatory.TOPICS[topic].title),
        "topics": [
            {"name": name, "title": _(one.title), "count": found.counts[name], "url": url(topic=name)}
            for name, one in regulatory.TOPICS.items()
        ],
        "in_market": regulatory.TOPICS[topic].in_market,
        "markets": {code: names.name("market", code) for code in names.MARKETS},
        "found": found,
        "decisions": [(decision, state(topic, decision)) for decision in found.decisions],
        "before": url(page=found.page - 1) if found.page > 1 else "",
        "after": url(page=found.page + 1) if found.page < found.pages else "",
    }
    return render(request, "regulatory/listing.html", context)


def state(topic: str, decision: regulatory.Decision) -> tuple[str, str] | None:
    """How a term stands, as a tone of the page and in words; nothing for what has no term."""
    if not decision.state:
        return None
    tone, said = RESTRICTED if decision.state == "current" and topic in ("penalties", "complaints") else STATES[decision.state]
    return tone, _(said)
