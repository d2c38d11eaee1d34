"""The product's URLs and the reference endpoints."""

from django.urls import path

from bench.references import ModelSerializerReadings, SelectOne
from project.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *urlpatterns,
    path("bench/select-1/", SelectOne.as_view()),
    path("bench/patients/<uuid:patient_id>/readings/", ModelSerializerReadings.as_view()),
]
