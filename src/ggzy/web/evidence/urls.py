"""The log as static files, exactly where C2SP tlog-tiles expects them."""

from django.urls import path

from ggzy.web.evidence import views

urlpatterns = [
    path("receipts.vkey", views.receipts_key),
    path("<int:year>/<path:name>", views.file, name="evidence-file"),
]
