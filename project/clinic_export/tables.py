"""Which rows of which table are a clinic's; the order is that of the export, and what is referred to comes first.

tests/integration/test_clinic_tables.py refuses a table that is in none of the lists.
"""

from typing import Final

_MEMBERS: Final = "IN (SELECT user_id FROM accounts_membership WHERE clinic_id = %(clinic)s)"
_PATIENTS: Final = "IN (SELECT id FROM patients_patient WHERE clinic_id = %(clinic)s)"
_ACCOUNTS: Final = "IN (SELECT id FROM glucose_sourceaccount WHERE clinic_id = %(clinic)s)"


def _through(table: str, condition: str) -> str:
    return f"IN (SELECT id FROM {table} WHERE {condition})"  # noqa: S608 -- names of this module


# By table, the condition that a row of the clinic meets.
BELONGS: Final = {
    "accounts_clinic": "id = %(clinic)s",
    "accounts_user": f"id {_MEMBERS}",
    "accounts_membership": "clinic_id = %(clinic)s",
    "account_emailaddress": f"user_id {_MEMBERS}",
    "accounts_invitation": f"user_id {_MEMBERS}",
    "accounts_webhook": "clinic_id = %(clinic)s",
    "work_task": f"owner_id {_MEMBERS}",
    "work_notification": f"user_id {_MEMBERS}",
    "dashboard_preference": f"user_id {_MEMBERS}",
    "work_deadletter": "clinic_id = %(clinic)s",
    "patients_patient": "clinic_id = %(clinic)s",
    "patients_healthprofile": f"patient_id {_PATIENTS}",
    "patients_careassignment": f"patient_id {_PATIENTS}",
    "patients_patienttimezone": f"patient_id {_PATIENTS}",
    "patients_patienttargets": f"patient_id {_PATIENTS}",
    "patients_consent": f"patient_id {_PATIENTS}",
    "patients_note": f"patient_id {_PATIENTS}",
    "patients_noteversion": f"note_id {_through('patients_note', f'patient_id {_PATIENTS}')}",
    "patients_review": f"patient_id {_PATIENTS}",
    "patients_clinicreviews": "clinic_id = %(clinic)s",
    "patients_patientcadence": f"patient_id {_PATIENTS}",
    "glucose_sourceaccount": "clinic_id = %(clinic)s",
    "glucose_accountevent": f"account_id {_ACCOUNTS}",
    "glucose_vendorpatient": f"account_id {_ACCOUNTS}",
    "glucose_setaside": f"account_id {_ACCOUNTS}",
    "glucose_sensor": f"patient_id {_PATIENTS}",
    "reading": f"patient_id {_PATIENTS}",
    "latest_reading": f"patient_id {_PATIENTS}",
    "late_range": f"patient_id {_PATIENTS}",
    "recent_day": f"patient_id {_PATIENTS}",
    "glucose_exclusion": f"patient_id {_PATIENTS}",
    "glucose_gapledger": f"patient_id {_PATIENTS}",
    "glucose_gap": f"patient_id {_PATIENTS}",
    "glucose_importfile": f"uploaded_by_id {_MEMBERS}",
    "glucose_importpiece": f"file_id {_through('glucose_importfile', f'uploaded_by_id {_MEMBERS}')}",
    "glucose_import": f"patient_id {_PATIENTS}",
    "glucose_importrefusals": f"of_id {_through('glucose_import', f'patient_id {_PATIENTS}')}",
    "glucose_treatment": f"patient_id {_PATIENTS}",
    "glucose_treatmentremoval": f"treatment_id {_through('glucose_treatment', f'patient_id {_PATIENTS}')}",
    "analytics_alertrule": "clinic_id = %(clinic)s",
    "analytics_alert": "clinic_id = %(clinic)s",
    "analytics_alertevent": f"alert_id {_through('analytics_alert', 'clinic_id = %(clinic)s')}",
    "analytics_alertstate": f"patient_id {_PATIENTS}",
}

# What somebody signs in by stays where it is: who moves with a clinic sets a new password.
_SIGN_IN: Final = "what somebody signs in by is not exported"
_INSTALLATION: Final = "of this installation, not of a clinic"
_NOT_USED: Final = "Django's own, which nothing here uses"
LEFT_OUT: Final = {
    "accounts_session": _SIGN_IN,
    "accounts_servicekey": _SIGN_IN,
    "mfa_authenticator": _SIGN_IN,
    "socialaccount_socialaccount": _SIGN_IN,
    "socialaccount_socialtoken": _SIGN_IN,
    "django_session": _SIGN_IN,
    "account_emailconfirmation": _SIGN_IN,
    "accounts_keptanswer": "answers that are kept for a day for whoever asks twice",
    "work_outboxentry": "what waits to be sent is sent by this installation, and would be sent twice",
    "work_lease": _INSTALLATION,
    "work_scheduledrun": _INSTALLATION,
    "work_backuprun": _INSTALLATION,
    "policy_run": _INSTALLATION,
    "socialaccount_socialapp": _INSTALLATION,
    "django_migrations": "in the manifest, as its schema",
    "django_content_type": _INSTALLATION,
    "django_admin_log": "what operators did, of every clinic",
    "auth_group": _NOT_USED,
    "auth_group_permissions": _NOT_USED,
    "auth_permission": _NOT_USED,
    "accounts_user_groups": _NOT_USED,
    "accounts_user_user_permissions": _NOT_USED,
    "reading_day": "computed from the readings",
}

# Columns by which somebody signs in, here or at a vendor, and what stands in their place.
EMPTIED: Final[dict[str, dict[str, str | None]]] = {
    "accounts_user": {"password": "!"},
    "accounts_invitation": {"digest": None},
    "accounts_webhook": {"secret": "", "old_secret": ""},
    "glucose_sourceaccount": {"password": "", "token": ""},
}
