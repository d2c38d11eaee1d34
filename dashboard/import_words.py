"""What the scripts of imports say, in the page's language."""

from typing import Any

from django.utils.translation import gettext as _

from dashboard.list_words import list_words


def import_words() -> dict[str, Any]:
    """By the names that `imports.js` and `import_card.js` use; `{…}` is filled in there."""
    return {
        "imports": list_words(none=_("No file was imported for this patient yet.")),
        "file": _("File"),
        "formats": file_formats(),
        "orders": date_orders(),
        "states": {
            "waiting": _("Waiting for its turn"),
            "running": _("Being read"),
            "checked": _("Checked, nothing is stored yet"),
            "done": _("Stored"),
            "failed": _("Failed"),
            "cancelled": _("Cancelled"),
            "asked": _("Not read yet: there is a question"),
        },
        "would_store": _("{count} readings would be new; {others} are there already."),
        "stored": _("{count} readings were new; {others} were there already."),
        "would_store_treatments": _("{count} treatments would be new; {others} are there already."),
        "stored_treatments": _("{count} treatments were new; {others} were there already."),
        "no_glucose": _("The file has no readings."),
        "span": _("From {start} to {end}."),
        "warnings": {
            "other_device": _("Another device:"),
            "other_values": _("Other values:"),
        },
        "errors": _errors(),
        "refusals": refusals(),
        "refused_lines": _("{count} lines were refused"),
        "first_lines": _("The first of them:"),
        "line": _("Line {line}: {reason}"),
        "download": _("Download all refused lines"),
        "progress": _("Progress"),
        "sent": _("The file is sent and being checked."),
        "store": _("Store it"),
        "resume": _("Go on"),
        "cancel": _("Cancel the import"),
        "cancel_it": _("Not now"),
        "go_on": _("Let it go on"),
        "sure_store": _("The check warns that this file may not be this patient's. Store it anyway?"),
        "sure_cancel": _("Cancel this import? What is stored stays, and you can go on later."),
        "sure_unchecked": _("Store the file with this order of its dates? It is not checked before."),
        "refused": {
            403: _("Your role does not import files."),
            409: _("This import has changed meanwhile; it is shown as it is now."),
            413: _("The file is too large."),
            429: _("Too much is under way at once; try again in a minute."),
        },
    }


def file_formats() -> dict[str, str]:
    """The programs whose files are read."""
    return {
        "libreview": "LibreView (CSV)",
        "clarity": "Dexcom Clarity (CSV)",
        "nightscout": "Nightscout (JSON)",
        "tidepool": "Tidepool (JSON)",
    }


def date_orders() -> dict[str, str]:
    """How a file may write its dates."""
    return {"day_first": _("Day first (31/12/2026)"), "month_first": _("Month first (12/31/2026)")}


def refusals() -> dict[str, str]:
    """Why a line is refused, by the codes of the API."""
    return {
        "amount": _("An amount is no plain number."),
        "amount_range": _("An amount is above what pens, pumps and meals have at once."),
        "columns": _("The line has not as many columns as the headers."),
        "cut": _("The file ends in the middle of this entry."),
        "date": _("The date and time are not those of a calendar and a clock, or not in the order of this file."),
        "date_range": _("The date is before 1999 or in the future."),
        "duplicate_key": _("A field of the entry occurs twice."),
        "encoding": _("The line has bytes that are no letters in the encoding of this file."),
        "event": _("This kind of event is not known, and it has a glucose value."),
        "glucose": _("The glucose value is no plain number."),
        "glucose_range": _("The glucose value is outside of 20 to 600 mg/dL."),
        "json": _("The entry is not valid JSON."),
        "line_too_long": _("The line is longer than any such line can be."),
        "nesting": _("The entry is nested deeper than any such entry is."),
        "not_an_entry": _("The entry is no object."),
        "number": _("A number of the entry is not finite, or too long."),
        "quotes": _("A quotation mark is opened and not closed."),
        "record_type": _("The record type is no number."),
        "time": _("The entry has no time that can be read."),
        "unit": _("The unit of a value is not known."),
    }


def _errors() -> dict[str, str]:
    return {
        "date_order_needed": _("The dates of this file can be read in two ways. Which is right?"),
        "date_order_wrong": _("The dates of this file are not in the order that was said. Try the other one."),
        "empty": _("The file is empty."),
        "web_page": _("The file is a web page. Were you signed in when you downloaded it?"),
        "no_rows": _("The file has no entries."),
        "no_dates": _("No line of the file has a date that can be read."),
        "interrupted": _("Something went wrong on our side. What is counted is stored; the rest is tried again."),
        "given_up": _("It was given up. What is counted is stored; started again, it goes on with the rest."),
    }
