"""What the scripts of the people of a clinic say, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import PEOPLE, Role
from dashboard.list_words import list_words

ROLES = {
    Role.ADMIN: gettext_lazy("Administrator"),
    Role.CLINICIAN: gettext_lazy("Clinician"),
    Role.RESEARCHER: gettext_lazy("Researcher"),
    Role.SERVICE: gettext_lazy("Program"),
    Role.PATIENT: gettext_lazy("Patient"),
}


def role_words() -> dict[str, str]:
    """What each role is called."""
    return {role.value: str(words) for role, words in ROLES.items()}


def invited_roles() -> dict[str, str]:
    """The roles that somebody can be invited to, or be given."""
    return {role.value: str(ROLES[role]) for role in PEOPLE}


def people_words() -> dict[str, Any]:
    """By the names that `people.js` and `people_patients.js` use; `{…}` is filled in there."""
    return (
        list_words(none=_("Nobody is a member yet."))
        | {
            "roles": role_words(),
            "states": {"active": _("active"), "invited": _("invited"), "deactivated": _("deactivated")},
            "you": _("you"),
            "factor": _("second factor set up"),
            "no_factor": _("no second factor"),
            "link_until": _("the link works until {moment}"),
            "link_waits": _("the mail with the link is on its way"),
            "role_of": _("Role of {name}"),
            "again": _("Try again"),
            "invite_again": _("Invite again"),
            "invited_again": _("A new link is on its way to {name}; the one before does not work any more."),
            "invited": _("{name} is invited. The link is on its way to {email}."),
            "changed": _("{name} is now: {role}."),
            "remove": _("Deactivate"),
            "revoke": _("Take back"),
            "activate": _("Activate again"),
            "activated": _("{name} may sign in again."),
            "removed": _("{name} may not sign in any more."),
            "revoked": _("The invitation of {name} is taken back."),
            "sure_remove": _("Deactivate {name}?"),
            "sure_remove_text": _(
                "They are signed out everywhere and cannot sign in. What they wrote and did stays under their name, and"
                " they can be activated again."
            ),
            "sure_revoke": _("Take back the invitation of {name}?"),
            "sure_revoke_text": _(
                "The link in their mail does not work any more, and nothing stays of the invitation."
            ),
            "forget": _("Forget second factor"),
            "forgotten": _("The second factor of {name} is forgotten."),
            "sure_forget": _("Forget the second factor of {name}?"),
            "sure_forget_text": _(
                "Make sure that it is really they who ask. Their app, passkeys and recovery codes stop working, they"
                " are signed out everywhere, and a mail tells them. Where the clinic wants a second factor they set up"
                " another."
            ),
            "sure_role": _("Make {name} {role}?"),
            "sure_role_text": _("From their next click on they may do what the new role may, and nothing else."),
            "patients": _("Patients"),
            "patients_of": _("Patients of {name}"),
            "count": _("{count} chosen"),
            "own": _("Another administrator changes your role."),
        }
        | assignment_words()
    )


def assignment_words() -> dict[str, Any]:
    """By the names that the dialogs use by which somebody is put in somebody's care."""
    return {
        "loading": _("is being loaded …"),
        "no_patients": _("No patients found."),
        "no_members": _("The clinic has no clinicians yet."),
        "assigned": _("Saved: {added} added, {taken} taken away."),
        "changed_meanwhile": _("Somebody changed {name} meanwhile; what you see is as it is now. Look again and save."),
        "nothing": _("Nothing was changed."),
        "saving": _("{done} of {all} saved"),
        "failed": _("The list could not be loaded."),
        "offline": _("The server does not answer."),
        "request": _("Request"),
    }
