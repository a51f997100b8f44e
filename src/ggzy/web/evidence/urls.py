"""The log as static files, exactly where C2SP tlog-tiles expects them."""

from django.urls import path

from ggzy.web.evidence import views
from ggzy.web.reach.answers import open_to_all

urlpatterns = [
    path("receipts.vkey", open_to_all(views.receipts_key)),
    path("policy", open_to_all(views.policy)),
    path("witnesses.json", open_to_all(views.witnesses)),
    path("<int:year>/<int:index>.tlog-proof", open_to_all(views.proof), name="evidence-proof"),
    path("<int:year>/<path:name>", open_to_all(views.file), name="evidence-file"),
]
