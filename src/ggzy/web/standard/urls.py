"""Addresses of the data standard, below /standard. They are cited in error messages: none ever changes its meaning."""

from django.urls import path

from ggzy.web.standard import data_set, files, views

urlpatterns = [
    path("", views.contents, name="standard"),
    path(".json", files.contents),
    path("/schema.json", files.bundle),
    path("/versions", views.versions),
    path("/codes/<slug:id>.json", files.code_list),
    path("/codes/<slug:id>", views.code_list),
    path("/<int:number>.schema.json", files.schema),
    path("/<int:number>", data_set.page),
]
