"""What the process of the streams answers: all else is project/urls.py, in another one."""

from django.urls import path

from glucose.views import live
from project import health, urls

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500

urlpatterns = [
    path("api/v1/readings/stream/", live.ReadingStream.as_view()),
    path("health/live/", health.live),
]
