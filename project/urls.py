"""The whole URL map."""

from django.urls import include, path

from accounts import views as accounts
from analytics.views import patients as patient_views
from analytics.views import statistics
from glucose.views import accounts as librelinkup
from glucose.views import latest, readings
from patients import views as patients
from project import health, problem_pages, problems
from project.documentation import PageView, SchemaView
from work import views as work

handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.server_error

ACCOUNT = "librelinkup/accounts/<uuid:account_id>/"
PATIENT = "patients/<uuid:patient_id>/"

v1 = [
    path("auth/token/", accounts.TokenView.as_view()),
    path("auth/token/refresh/", accounts.RefreshView.as_view()),
    path("auth/logout/", accounts.LogoutView.as_view()),
    path("auth/me/", accounts.MeView.as_view()),
    path("patients/", patient_views.PatientList.as_view()),
    path(PATIENT, patient_views.PatientDetail.as_view()),
    path(f"{PATIENT}consents/", patients.ConsentList.as_view()),
    path(f"{PATIENT}consents/<uuid:consent_id>/withdraw/", patients.ConsentWithdrawal.as_view()),
    path(f"{PATIENT}health-profile/", patients.HealthProfileDetail.as_view()),
    path(f"{PATIENT}readings/", readings.ReadingList.as_view()),
    path(f"{PATIENT}readings/latest/", latest.PatientLatest.as_view()),
    path(f"{PATIENT}statistics/", statistics.Statistics.as_view()),
    path(f"{PATIENT}daily/", statistics.Daily.as_view()),
    path("readings/latest/", latest.Latest.as_view()),
    path("librelinkup/accounts/", librelinkup.AccountList.as_view()),
    path(ACCOUNT, librelinkup.AccountDetail.as_view()),
    path(f"{ACCOUNT}sync/", librelinkup.AccountSync.as_view()),
    path(f"{ACCOUNT}unlinked/", librelinkup.UnlinkedList.as_view()),
    path(f"{ACCOUNT}unlinked/<str:vendor_id>/link/", librelinkup.Link.as_view()),
    path(f"{ACCOUNT}unlinked/<str:vendor_id>/ignore/", librelinkup.Ignore.as_view()),
    path("tasks/", work.TaskList.as_view()),
    path("tasks/<uuid:task_id>/", work.TaskDetail.as_view()),
]

urlpatterns = [
    path("api/v1/", include(v1)),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", PageView.as_view()),
    path("problems/", problem_pages.index),
    path("problems/<slug:slug>/", problem_pages.page),
    path("health/", health.health),
    path("health/live/", health.live),
    path("health/ready/", health.ready),
]
