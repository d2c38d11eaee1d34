"""What the pages' scripts ask: the API's own views, signed in by the session instead of a token.

The answers, errors, tags and throttles are the API's; what changes something needs the page's CSRF token (ADR 94). A
view is here when a page needs it. The stream of new readings takes the session at its own address.
"""

from typing import Final

from django.urls import URLPattern, path
from rest_framework.views import APIView

from accounts.authentication import FormAuthentication
from accounts.views import dead_letters, keys, members, webhooks
from analytics.views import agp, alert_rules, alerts, clinic, episodes, periods, report, reviews, statistics, targets
from analytics.views import patients as patient_views
from dashboard.views import counts
from glucose.views import accounts as librelinkup
from glucose.views import exclusions, gaps, imports, people, readings, treatments
from patients import note_views as notes
from patients import review_views
from patients import views as patients
from work import views as work

ACCOUNT: Final = "librelinkup/accounts/<uuid:account_id>/"
WEBHOOK: Final = "webhooks/<uuid:webhook_id>/"
PATIENT: Final = "patients/<uuid:patient_id>/"
IMPORT: Final = "imports/<uuid:import_id>/"


def by_session(address: str, view: type[APIView]) -> URLPattern:
    """The API's view at an address of ours."""
    return path(address, view.as_view(authentication_classes=[FormAuthentication]))


urlpatterns = [
    by_session("clinic/overview/", clinic.Overview),
    by_session("alerts/", alerts.AlertList),
    by_session("alerts/rules/", alert_rules.AlertRuleList),
    by_session("reviews/", reviews.ReviewQueue),
    by_session("reviews/rules/", reviews.ReviewRules),
    by_session("webhooks/", webhooks.WebhookList),
    by_session(WEBHOOK, webhooks.WebhookDetail),
    by_session(f"{WEBHOOK}test/", webhooks.WebhookTest),
    by_session(f"{WEBHOOK}deliveries/", webhooks.DeliveryList),
    by_session("counts/", counts.CountsView),
    by_session("keys/", keys.KeyList),
    by_session("keys/<uuid:key_id>/", keys.KeyDetail),
    by_session("keys/<uuid:key_id>/rotate/", keys.KeyRotation),
    by_session("dead-letters/", dead_letters.DeadLetterList),
    by_session("dead-letters/<uuid:letter_id>/requeue/", dead_letters.DeadLetterRequeue),
    by_session("dead-letters/<uuid:letter_id>/discard/", dead_letters.DeadLetterDiscard),
    by_session("members/", members.MemberList),
    by_session("members/<uuid:member_id>/", members.MemberDetail),
    by_session("members/<uuid:member_id>/invitation/", members.MemberInvitation),
    by_session("members/<uuid:member_id>/second-factor/", members.MemberSecondFactor),
    by_session("patients/", patient_views.PatientList),
    by_session(PATIENT, patient_views.PatientDetail),
    by_session("notifications/", work.NotificationList),
    by_session("notifications/read-all/", work.NotificationsReadAll),
    by_session("notifications/<uuid:notification_id>/read/", work.NotificationRead),
    by_session("tasks/", work.TaskList),
    by_session("tasks/<uuid:task_id>/", work.TaskDetail),
    by_session("tasks/<uuid:task_id>/retry/", work.TaskRetry),
    by_session("tasks/<uuid:task_id>/cancel/", work.TaskCancel),
    by_session(f"{PATIENT}reviews/", review_views.PatientReviews),
    by_session(f"{PATIENT}review-cadence/", review_views.ReviewCadence),
    by_session("alerts/<uuid:alert_id>/", alerts.AlertDetail),
    by_session("alerts/<uuid:alert_id>/acknowledge/", alerts.AlertAcknowledgement),
    by_session("alerts/<uuid:alert_id>/snooze/", alerts.AlertSnooze),
    by_session("librelinkup/accounts/", librelinkup.AccountList),
    by_session(ACCOUNT, librelinkup.AccountDetail),
    by_session(f"{ACCOUNT}sync/", librelinkup.AccountSync),
    by_session(f"{ACCOUNT}accept-terms/", librelinkup.TermsAcceptance),
    by_session(f"{ACCOUNT}history/", librelinkup.AccountHistory),
    by_session(f"{ACCOUNT}people/", people.PeopleList),
    by_session(f"{ACCOUNT}people/<str:vendor_id>/unlink/", people.Unlink),
    by_session(f"{ACCOUNT}unlinked/", people.UnlinkedList),
    by_session(f"{ACCOUNT}unlinked/<str:vendor_id>/link/", people.Link),
    by_session(f"{ACCOUNT}unlinked/<str:vendor_id>/ignore/", people.Ignore),
    by_session(f"{PATIENT}readings/", readings.ReadingList),
    by_session(f"{PATIENT}statistics/", statistics.Statistics),
    by_session(f"{PATIENT}daily/", statistics.Daily),
    by_session(f"{PATIENT}periods/", periods.Periods),
    by_session(f"{PATIENT}agp/", agp.Agp),
    by_session(f"{PATIENT}episodes/", episodes.Episodes),
    by_session(f"{PATIENT}report.pdf", report.PatientReport),
    by_session(f"{PATIENT}treatments/", treatments.TreatmentList),
    by_session(f"{PATIENT}sensors/", gaps.SensorList),
    by_session(f"{PATIENT}health-profile/", patients.HealthProfileDetail),
    by_session(f"{PATIENT}targets/", targets.TargetsList),
    by_session(f"{PATIENT}gaps/", gaps.GapList),
    by_session(f"{PATIENT}sync-truth/", gaps.SyncTruth),
    by_session("imports/", imports.ImportList),
    by_session(IMPORT, imports.ImportDetail),
    by_session(f"{IMPORT}start/", imports.ImportStart),
    by_session(f"{IMPORT}cancel/", imports.ImportCancel),
    by_session(f"{IMPORT}refused/", imports.RefusedLines),
    by_session(f"{PATIENT}exclusions/", exclusions.ExclusionList),
    by_session(f"{PATIENT}exclusions/<uuid:exclusion_id>/undo/", exclusions.ExclusionUndo),
    by_session(f"{PATIENT}notes/", notes.NoteList),
    by_session(f"{PATIENT}notes/<uuid:note_id>/", notes.NoteDetail),
    by_session(f"{PATIENT}notes/<uuid:note_id>/remove/", notes.NoteRemoval),
]
