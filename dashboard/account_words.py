"""What the scripts of the vendors' accounts say, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _

from dashboard.list_words import list_words
from dashboard.task_words import task_words


def account_words() -> dict[str, Any]:
    """By the names that `accounts.js` and `account.js` use; `{…}` is filled in there."""
    return list_words(none=_("No account is connected yet.")) | {
        "states": state_words(),
        "actions": action_words(),
        "task_states": task_words()["states"],
        "progress": _("Progress"),
        "success": _("last answer {moment}"),
        "no_success": _("no answer yet"),
        "next": _("next attempt {moment}"),
        "next_round": _("next attempt with the next round"),
        "waits": _("nothing is tried before somebody acts"),
        "patients": _("patients: {count}"),
        "stopped": _("of them not synced: {count}"),
        "set_aside": _("Not readable as readings, and kept: {count}"),
        "rests": _("The vendor answers nobody at present."),
        "sync": _("Sync now"),
        "sync_of": _("Sync {account} now"),
        "synced": _("{account} is synced."),
        "connected": _("The account is connected. Its people appear below when the vendor has answered."),
        "changed": _("The account is changed."),
        "asked": _("The vendor is being told."),
        "documents": {"tou": _("terms of use"), "pp": _("privacy policy")},
        "no_history": _("Nothing has happened yet."),
        "nobody": _("by itself"),
        "not_before": _("not before {moment}"),
    }


def state_words() -> dict[str, str]:
    """Where an account stands."""
    return {
        "active": _("Works"),
        "bad_credentials": _("The vendor refuses the password"),
        "locked_out": _("The vendor has locked the account for a while"),
        "terms_required": _("The vendor has new terms"),
        "version_refused": _("The vendor wants a newer program"),
        "rate_limited": _("The vendor asks for fewer visits"),
        "unreachable": _("The vendor does not answer"),
        "disabled": _("Switched off"),
    }


def action_words() -> dict[str, str]:
    """What a person has to do; a state that is not here ends by itself."""
    return {
        "bad_credentials": _("Enter the password of this account again."),
        "terms_required": _("Read the vendor's new terms, and accept them here or in the vendor's own app."),
        "version_refused": _("Tell your operator that the vendor demands a newer version (LIBRELINKUP_VERSION)."),
        "disabled": _("Switch the account on to sync it again."),
    }


def people_words() -> dict[str, Any]:
    """By the names that `account_people.js` uses; `{…}` is filled in there."""
    return {
        "nobody_waits": _("Nobody waits to be accepted."),
        "nobody_known": _("The account follows nobody else."),
        "what": _("What to do with {name}"),
        "leave": _("Decide later"),
        "create": _("New patient"),
        "link": _("Existing patient"),
        "ignore": _("Ignore"),
        "find": _("Name or reference of the patient"),
        "found": _("Patient"),
        "not_found": _("No patient has this name or reference."),
        "same_name": _("There is a patient of this name already: is it the same person?"),
        "choose": _("Choose the patient."),
        "zone_missing": _("Choose the time zone that the new patients live in."),
        "nothing": _("Choose first what to do with whom."),
        "done": _("Done for {count}."),
        "failed_for": _("{name}: {reason}"),
        "people_states": {"linked": _("followed as a patient"), "ignored": _("ignored"), "unlinked": _("waits")},
        "problems": {
            "vanished": _("The account follows them no more."),
            "twice": _("The account shows two people with the same id."),
            "elsewhere": _("Another account of the clinic is linked to the same person."),
        },
        "since": _("first seen {moment}"),
        "newest": _("newest reading {moment}"),
        "no_newest": _("no reading yet"),
        "open": _("Open the patient"),
        "unlink": _("Sync no more"),
        "unlink_of": _("Sync {name} no more"),
        "unlinked": _("{name} is not synced any more."),
    }
