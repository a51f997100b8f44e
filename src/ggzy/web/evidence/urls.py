"""The log as static files, exactly where C2SP tlog-tiles expects them."""

from django.urls import path

from ggzy.web.evidence import views

urlpatterns = [
    path("receipts.vkey", views.receipts_key),
    path("policy", views.policy),
    path("witnesses.json", views.witnesses),
    path("<int:year>/<int:index>.tlog-proof", views.proof, name="evidence-proof"),
    path("<int:year>/<path:name>", views.file, name="evidence-file"),
]
