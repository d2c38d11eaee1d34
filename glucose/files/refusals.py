"""Why a line of a file is refused, in codes and in words that never repeat what the line says. Pure."""

from typing import Final

from glucose.files.port import RefusedLine

WORDS: Final = {
    "amount": "An amount is no plain number.",
    "amount_range": "An amount is above what pens, pumps and meals have at once.",
    "columns": "The line has not as many columns as the headers; was it cut off, or changed by another program?",
    "cut": "The file ends in the middle of this entry.",
    "date": "The date and time are not those of a calendar and a clock, or not in the order of this file.",
    "date_range": "The date is before 1999 or in the future.",
    "duplicate_key": "A field of the entry occurs twice.",
    "encoding": "The line has bytes that are no letters in the encoding of this file.",
    "event": "This kind of event is not known, and it has a glucose value.",
    "glucose": "The glucose value is no plain number.",
    "glucose_range": "The glucose value is outside of 20 to 600 mg/dL.",
    "json": "The entry is not valid JSON.",
    "line_too_long": "The line is longer than any such line can be.",
    "nesting": "The entry is nested deeper than any such entry is.",
    "not_an_entry": "The entry is no object.",
    "number": "A number of the entry is not finite, or too long.",
    "quotes": "A quotation mark is opened and not closed.",
    "record_type": "The record type is no number.",
    "time": "The entry has no time that can be read.",
    "unit": "The unit of a value is not known.",
}


class Unreadable(ValueError):
    """Something that should be there is not, or is not what it should be; ``code`` is one of WORDS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def refused(line: int, code: str) -> RefusedLine:
    """The line, refused for the reason of that code."""
    return RefusedLine(line, code, WORDS[code])
