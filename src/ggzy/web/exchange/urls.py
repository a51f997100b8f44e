"""Pages for the people who look after a trading system's reports."""

from django.urls import path

from ggzy.web.exchange import packages, session, views, webhooks

urlpatterns = [
    path("sign-in", session.sign_in, name="exchange-sign-in"),
    path("sign-out", session.sign_out, name="exchange-sign-out"),
    path("quarantine", views.quarantined, name="quarantine"),
    path("quarantine/<int:number>", views.one, name="quarantined"),
    path("packages", packages.upload, name="exchange-packages"),
    path("webhooks", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:number>", webhooks.one, name="webhook"),
]
