"""What the scripts of notes and exclusions say, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _

from dashboard.form_words import form_words
from dashboard.list_words import list_words


def note_words() -> dict[str, Any]:
    """By the names that `notes.js` and the two dialogs use; `{…}` is filled in there."""
    return form_words() | {
        "notes": list_words(none=_("No notes yet.")),
        "exclusions": list_words(none=_("Nothing is excluded: every reading counts.")),
        "reasons": exclusion_reasons(),
        "by": _("{name}, {moment}"),
        "range": _("{start} to {end}"),
        "about_patient": _("About the patient"),
        "removed": _("removed by {name}, {moment}"),
        "former": _("What it said before ({count})"),
        "edit": _("Edit"),
        "remove": _("Remove"),
        "write_note": _("Write a note"),
        "edit_note": _("Edit the note"),
        "note_saved": _("The note is saved."),
        "note_removed": _("The note is removed."),
        "theirs": _("{name} wrote meanwhile: “{text}”. Save again to replace it by yours; both are kept."),
        "sure_remove": _("Remove this note? It leaves the list; what it said and who removed it are kept."),
        "readings": _("{count} readings"),
        "undo": _("Undo"),
        "undone": _("undone by {name}, {moment}"),
        "sure_undo": _("Count these {count} readings again?"),
        "exclusion_undone": _("The readings count again."),
        "excluded_now": _("{count} readings are excluded from every statistic."),
        "end_after_start": _("The end is after the beginning."),
        "twice": _("The clocks show this time twice that night: a range has both, a moment is the first."),
        "skipped": _("The clocks skip this time that night: what they show instead is meant."),
    }


def exclusion_reasons() -> dict[str, str]:
    """The words of each reason."""
    return {
        "compression_low": _("Compression low"),
        "warm_up": _("Warm-up of the sensor"),
        "faulty_sensor": _("Faulty sensor"),
        "other": _("Other"),
    }
