"""The home page: search, today's numbers, what closes soon, what is new, the year's volume."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ggzy.desks.disclosure import queries
from ggzy.web.portal.charts import months
from ggzy.web.portal.kept import kept

EXAMPLES = ("体育 设备", "道路 施工", "国有建设用地")


@require_safe
@kept
def home(request: HttpRequest) -> HttpResponse:
    """Everything on it comes from one answer of the disclosure desk."""
    found = queries.home()
    context = {
        "markets": [
            {"code": code, "new": new, "due": due, "deals": deals} for code, new, due, deals in found.markets
        ],
        "closing": found.closing,
        "newest": found.newest,
        "volume": months(found.volume),
        "examples": EXAMPLES,
    }
    return render(request, "portal/home.html", context)


@require_safe
@kept
def about(request: HttpRequest) -> HttpResponse:
    """What this is, how to verify it, where the data are."""
    return render(request, "portal/about.html")
