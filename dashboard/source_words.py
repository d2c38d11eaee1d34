"""What the scripts of a patient's sources say, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _

from dashboard.form_words import form_words


def source_words() -> dict[str, Any]:
    """By the names that `sources*.js` use; `{…}` is filled in there."""
    return (
        form_words()
        | _account_words()
        | {
            "received": _("Received"),
            "fillable": _("May still come"),
            "lost": _("Lost"),
            "causes": {
                "unknown": _("nobody knows why"),
                "phone": _("the vendor was asked and had nothing"),
                "account": _("the account could not be visited"),
                "sync": _("nobody asked the vendor"),
            },
            "cause": _("{duration} {outlook}: {cause}"),
            "may_come": _("may still come"),
            "is_lost": _("lost"),
            "hours": _("{hours} hours"),
            "silence": _("Nothing has come for {duration}, since {moment}: {cause}."),
            "worn": _("in use"),
            "refreshed": _("The days are shown anew."),
        }
    )


def _account_words() -> dict[str, Any]:
    return {
        "kinds": {"librelinkup": "LibreLinkUp", "dexcom_share": "Dexcom Share"},
        "states": {
            "active": _("works"),
            "bad_credentials": _("the vendor refuses the password"),
            "locked_out": _("the vendor has locked it for a while"),
            "terms_required": _("the vendor wants its terms accepted"),
            "version_refused": _("the vendor wants a newer program"),
            "rate_limited": _("the vendor asks us to wait"),
            "unreachable": _("the vendor does not answer"),
            "disabled": _("switched off"),
        },
        "to_do": {
            "bad_credentials": _("Enter the password of this account again."),
            "locked_out": _("Nothing to do: it is tried again by itself."),
            "terms_required": _(
                "Read the vendor's terms and accept them with the account, or in the vendor's own app."
            ),
            "version_refused": _("Ask your operator to raise LIBRELINKUP_VERSION to what the vendor demands."),
            "rate_limited": _("Nothing to do: it is tried again by itself."),
            "unreachable": _("Nothing to do: it is tried again by itself."),
            "disabled": _("Switch the account on to sync again."),
        },
        "no_accounts": _("No account brings this patient's readings. Connect one, or import a file below."),
        "accounts_failed": _("The accounts could not be loaded."),
        "again": _("Try again"),
        "last_sync": _("last synced {age} ({moment})"),
        "never_synced": _("never synced yet"),
        "next_attempt": _("next attempt not before {moment}"),
        "next_round": _("next attempt with the next round"),
        "sync_now": _("Sync now"),
        "syncing": _("The sync is asked for …"),
        "task_states": {
            "pending": _("The sync waits for its turn …"),
            "processing": _("The vendor is being asked …"),
            "failed": _("The sync failed"),
            "cancelled": _("The sync was cancelled"),
        },
        "visited": _("Synced: {count} new readings of the account's patients."),
        "not_visited": _("No visit was made."),
    }
