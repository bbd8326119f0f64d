"""Addresses of the peer's project: django-helpdesk alone."""

from django.urls import include, path

urlpatterns = [path("", include("helpdesk.urls"))]
