"""Addresses of the public pages. They are printed and cited: none of them ever changes its meaning."""

from django.urls import path

from ggzy.web.portal import (
    downloads,
    evidence,
    home,
    listing,
    notice,
    party,
    problems,
    program,
    project,
    subscriptions,
)

urlpatterns = [
    path("", home.home),
    path("about", home.about),
    path("notices", listing.listing),
    path("notices.csv", downloads.csv),
    path("notices.xlsx", downloads.xlsx),
    path("notices.json", downloads.json),
    path("notices/count", listing.count),
    path("notices/<int:head_id>", notice.notice),
    path("notices/<int:head_id>/compare", notice.compare),
    path("notices/<int:head_id>/proof", notice.proof),
    path("notices/<int:head_id>/related", notice.related),
    path("projects/<str:code>", project.project),
    path("parties/<str:code>", party.party),
    path("evidence", evidence.logs),
    path("evidence/", evidence.logs),
    path(f"evidence/{program.NAME}", program.program),
    path("evidence/<int:year>", evidence.log),
    path("evidence/<int:year>/", evidence.log),
    path("problems", problems.problems),
    path("problems/<str:code>", problems.problem),
    path("subscriptions/new", subscriptions.ask),
    path("subscriptions/<uuid:number>/<str:key>", subscriptions.one, name="subscription"),
    path("subscriptions/<uuid:number>/<str:key>/cancel", subscriptions.cancel),
]
