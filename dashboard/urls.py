"""Addresses of the clinicians' pages, all under `/clinic/`."""

from django.urls import include, path

from dashboard import data
from dashboard.views import (
    accounts,
    alerts,
    appearance,
    care,
    developers,
    notes,
    notifications,
    pattern,
    people,
    preferences,
    profile,
    records,
    report,
    reviews,
    session,
    settings,
    sources,
    sparks,
    statistics,
    tasks,
    today,
    trend,
    welcome,
)

PATIENT = "patients/<uuid:patient_id>/"

urlpatterns = [
    path("", today.today, name="today"),
    path("appearance/", appearance.change, name="appearance"),
    path("patients/new/", records.new, name="new_patient"),
    path(PATIENT, trend.trend, name="patient_trend"),
    path(f"{PATIENT}record/", records.edit, name="patient_record"),
    path(f"{PATIENT}pattern/", pattern.pattern, name="patient_pattern"),
    path(f"{PATIENT}statistics/", statistics.statistics, name="patient_statistics"),
    path(f"{PATIENT}notes/", notes.notes, name="patient_notes"),
    path(f"{PATIENT}sources/", sources.sources, name="patient_sources"),
    path(f"{PATIENT}profile/", profile.profile, name="patient_profile"),
    path(f"{PATIENT}care/", care.care, name="patient_care"),
    path(f"{PATIENT}report/", report.report, name="patient_report"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<uuid:account_id>/", accounts.account, name="account"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("settings/", settings.settings, name="settings"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("people/", people.people, name="people"),
    path("developers/", developers.developers, name="developers"),
    path("welcome/", welcome.welcome, name="welcome"),
    path("session/", session.session),
    path("sparks/", sparks.sparks),
    path("preferences/<slug:name>/", preferences.keep),
    path("data/", include(data)),
]
