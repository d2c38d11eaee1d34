"""The URL map of the operators' process: signing in, their pages, health; nothing of the API."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from project import health, urls

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500

urlpatterns = [
    path(settings.ADMIN_PATH, admin.site.urls),
    path("account/", include(urls.account)),
    path("", RedirectView.as_view(pattern_name="account_home"), name="start"),
    path("health/live/", health.live),
    path("health/ready/", health.ready),
]
