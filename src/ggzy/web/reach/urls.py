"""Addresses by which programs and other sites read public data. They are subscribed to: none ever changes its meaning."""

from django.urls import path

from ggzy.web.reach import calendar, feeds, sitemap, widgets

urlpatterns = [
    path("robots.txt", sitemap.robots),
    path("sitemap.xml", sitemap.sitemap),
    path("sitemap-pages.xml", sitemap.pages),
    path("sitemap-<int:number>.xml", sitemap.part),
    path("notices.ics", calendar.notices),
    path("projects/<str:code>.ics", calendar.project),
    path("widgets/list", widgets.listing),
    path("widgets/count", widgets.count),
    path("widgets/list.json", widgets.listing_json),
    path("widgets/count.json", widgets.count_json),
    path("widgets/colours.css", widgets.colours_css),
    path("widgets/demo", widgets.demo),
    *(
        path(f"{address}.{form.form}", feeds.feed(form, listing))
        for form in feeds.FORMS
        for address, listing in (
            ("notices", feeds.notices),
            ("projects/<str:code>", feeds.project),
            ("parties/<str:code>", feeds.party),
        )
    ),
]
