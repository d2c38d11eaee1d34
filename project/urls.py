"""The whole URL map."""

from allauth.account import views as allauth
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from accounts import pages
from accounts.views import dead_letters, keys, members, sessions, tokens, webhooks
from analytics.views import (
    agp,
    alert_rules,
    alerts,
    clinic,
    definitions,
    episodes,
    periods,
    report,
    reviews,
    statistics,
    targets,
)
from analytics.views import patients as patient_views
from glucose.views import accounts as librelinkup
from glucose.views import exclusions, gaps, imports, latest, live, people, readings, treatments
from patients import note_views as notes
from patients import review_views
from patients import views as patients
from project import health, problem_pages, problems
from project.documentation import PageView, SchemaView
from work import views as work

handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.server_error

IMPORT = "imports/<uuid:import_id>/"
ACCOUNT = "librelinkup/accounts/<uuid:account_id>/"
PATIENT = "patients/<uuid:patient_id>/"

v1 = [
    path("auth/token/", tokens.TokenView.as_view()),
    path("auth/token/refresh/", tokens.RefreshView.as_view()),
    path("auth/logout/", tokens.LogoutView.as_view()),
    path("auth/logout-everywhere/", sessions.LogoutEverywhere.as_view()),
    path("auth/me/", tokens.MeView.as_view()),
    path("sessions/", sessions.SessionList.as_view()),
    path("sessions/<uuid:session_id>/", sessions.SessionDetail.as_view()),
    path("keys/", keys.KeyList.as_view()),
    path("keys/<uuid:key_id>/", keys.KeyDetail.as_view()),
    path("keys/<uuid:key_id>/rotate/", keys.KeyRotation.as_view()),
    path("dead-letters/", dead_letters.DeadLetterList.as_view()),
    path("dead-letters/<uuid:letter_id>/requeue/", dead_letters.DeadLetterRequeue.as_view()),
    path("dead-letters/<uuid:letter_id>/discard/", dead_letters.DeadLetterDiscard.as_view()),
    path("members/", members.MemberList.as_view()),
    path("members/<uuid:member_id>/", members.MemberDetail.as_view()),
    path("members/<uuid:member_id>/invitation/", members.MemberInvitation.as_view()),
    path("members/<uuid:member_id>/second-factor/", members.MemberSecondFactor.as_view()),
    path("webhooks/", webhooks.WebhookList.as_view()),
    path("webhooks/<uuid:webhook_id>/", webhooks.WebhookDetail.as_view()),
    path("webhooks/<uuid:webhook_id>/rotate-secret/", webhooks.WebhookRotation.as_view()),
    path("webhooks/<uuid:webhook_id>/test/", webhooks.WebhookTest.as_view()),
    path("webhooks/<uuid:webhook_id>/deliveries/", webhooks.DeliveryList.as_view()),
    path("patients/", patient_views.PatientList.as_view()),
    path(PATIENT, patient_views.PatientDetail.as_view()),
    path(f"{PATIENT}consents/", patients.ConsentList.as_view()),
    path(f"{PATIENT}consents/<uuid:consent_id>/withdraw/", patients.ConsentWithdrawal.as_view()),
    path(f"{PATIENT}health-profile/", patients.HealthProfileDetail.as_view()),
    path(f"{PATIENT}targets/", targets.TargetsList.as_view()),
    path(f"{PATIENT}readings/", readings.ReadingList.as_view()),
    path(f"{PATIENT}readings/latest/", latest.PatientLatest.as_view()),
    path(f"{PATIENT}exclusions/", exclusions.ExclusionList.as_view()),
    path(f"{PATIENT}exclusions/<uuid:exclusion_id>/", exclusions.ExclusionDetail.as_view()),
    path(f"{PATIENT}exclusions/<uuid:exclusion_id>/undo/", exclusions.ExclusionUndo.as_view()),
    path(f"{PATIENT}treatments/", treatments.TreatmentList.as_view()),
    path(f"{PATIENT}treatments/<uuid:treatment_id>/", treatments.TreatmentDetail.as_view()),
    path(f"{PATIENT}treatments/<uuid:treatment_id>/remove/", treatments.TreatmentRemovals.as_view()),
    path(f"{PATIENT}treatments/<uuid:treatment_id>/restore/", treatments.TreatmentRestoration.as_view()),
    path(f"{PATIENT}statistics/", statistics.Statistics.as_view()),
    path(f"{PATIENT}daily/", statistics.Daily.as_view()),
    path(f"{PATIENT}sensors/", gaps.SensorList.as_view()),
    path(f"{PATIENT}gaps/", gaps.GapList.as_view()),
    path(f"{PATIENT}sync-truth/", gaps.SyncTruth.as_view()),
    path(f"{PATIENT}rebuild-state/", gaps.Rebuild.as_view()),
    path(f"{PATIENT}periods/", periods.Periods.as_view()),
    path(f"{PATIENT}agp/", agp.Agp.as_view()),
    path(f"{PATIENT}episodes/", episodes.Episodes.as_view()),
    path(f"{PATIENT}report.pdf", report.PatientReport.as_view()),
    path(f"{PATIENT}notes/", notes.NoteList.as_view()),
    path(f"{PATIENT}notes/<uuid:note_id>/", notes.NoteDetail.as_view()),
    path(f"{PATIENT}notes/<uuid:note_id>/remove/", notes.NoteRemoval.as_view()),
    path(f"{PATIENT}reviews/", review_views.PatientReviews.as_view()),
    path(f"{PATIENT}review-cadence/", review_views.ReviewCadence.as_view()),
    path("reviews/", reviews.ReviewQueue.as_view()),
    path("reviews/rules/", reviews.ReviewRules.as_view()),
    path("clinic/overview/", clinic.Overview.as_view()),
    path("clinic/statistics/", clinic.ClinicStatistics.as_view()),
    path("alerts/", alerts.AlertList.as_view()),
    path("alerts/rules/", alert_rules.AlertRuleList.as_view()),
    path("alerts/<uuid:alert_id>/", alerts.AlertDetail.as_view()),
    path("alerts/<uuid:alert_id>/acknowledge/", alerts.AlertAcknowledgement.as_view()),
    path("alerts/<uuid:alert_id>/snooze/", alerts.AlertSnooze.as_view()),
    path("definitions/", definitions.Definitions.as_view()),
    path("readings/latest/", latest.Latest.as_view()),
    path("readings/stream/", live.ReadingStream.as_view()),
    path("librelinkup/accounts/", librelinkup.AccountList.as_view()),
    path(ACCOUNT, librelinkup.AccountDetail.as_view()),
    path(f"{ACCOUNT}sync/", librelinkup.AccountSync.as_view()),
    path(f"{ACCOUNT}accept-terms/", librelinkup.TermsAcceptance.as_view()),
    path(f"{ACCOUNT}history/", librelinkup.AccountHistory.as_view()),
    path(f"{ACCOUNT}set-aside/", librelinkup.SetAsideList.as_view()),
    path(f"{ACCOUNT}people/", people.PeopleList.as_view()),
    path(f"{ACCOUNT}people/<str:vendor_id>/unlink/", people.Unlink.as_view()),
    path(f"{ACCOUNT}unlinked/", people.UnlinkedList.as_view()),
    path(f"{ACCOUNT}unlinked/<str:vendor_id>/link/", people.Link.as_view()),
    path(f"{ACCOUNT}unlinked/<str:vendor_id>/ignore/", people.Ignore.as_view()),
    path("imports/", imports.ImportList.as_view()),
    path(IMPORT, imports.ImportDetail.as_view()),
    path(f"{IMPORT}start/", imports.ImportStart.as_view()),
    path(f"{IMPORT}cancel/", imports.ImportCancel.as_view()),
    path(f"{IMPORT}refused/", imports.RefusedLines.as_view()),
    path("tasks/", work.TaskList.as_view()),
    path("tasks/<uuid:task_id>/", work.TaskDetail.as_view()),
    path("tasks/<uuid:task_id>/retry/", work.TaskRetry.as_view()),
    path("tasks/<uuid:task_id>/cancel/", work.TaskCancel.as_view()),
    path("notifications/", work.NotificationList.as_view()),
    path("notifications/read-all/", work.NotificationsReadAll.as_view()),
    path("notifications/<uuid:notification_id>/read/", work.NotificationRead.as_view()),
]

# The names are those that django-allauth knows. Its pages for signing up and for addresses are not there.
account = [
    path("", pages.home, name="account_home"),
    path("language/", set_language, name="account_language"),
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/reset/", pages.PasswordReset.as_view(), name="account_reset_password"),
    path("password/reset/<uidb64>/<token>/", pages.NewPassword.as_view(), name="account_reset_password_from_key"),
    path("invitation/<str:token>/", pages.invitation, name="account_invitation"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]

urlpatterns = [
    path("api/v1/", include(v1)),
    path("account/", include(account)),
    path("clinic/", include("dashboard.urls")),
    path("", RedirectView.as_view(url="/clinic/"), name="start"),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", PageView.as_view()),
    path("problems/", problem_pages.index),
    path("problems/<slug:slug>/", problem_pages.page),
    path("health/", health.health),
    path("health/live/", health.live),
    path("health/ready/", health.ready),
]
