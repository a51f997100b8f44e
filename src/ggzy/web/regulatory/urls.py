"""The address of regulatory information."""

from django.urls import path

from ggzy.web.regulatory import views

urlpatterns = [path("", views.listing, name="regulatory")]
