"""Pages for the people who look after a trading system's reports."""

from django.urls import path

from ggzy.web.exchange import views

urlpatterns = [
    path("sign-in", views.sign_in, name="exchange-sign-in"),
    path("sign-out", views.sign_out, name="exchange-sign-out"),
    path("quarantine", views.quarantined, name="quarantine"),
    path("quarantine/<int:number>", views.one, name="quarantined"),
]
