"""Files that are none of ours, by how they begin: what to do instead. Pure."""

from typing import Final

from glucose.files.port import FileNotRead

_PACKED: Final = (
    "compressed",
    "The file is compressed, or a workbook. Unpack it, or save it as CSV or JSON, and send that.",
)
_BEGINNINGS: Final = {
    b"PK": _PACKED,
    b"\x1f\x8b": _PACKED,
    b"BZh": _PACKED,
    b"\xfd7zXZ": _PACKED,
    b"7z\xbc\xaf": _PACKED,
    b"Rar!": _PACKED,
    b"\x28\xb5\x2f\xfd": _PACKED,
    b"\xd0\xcf\x11\xe0": ("workbook", "The file is a workbook. Save it as CSV, and send that."),
    b"%PDF": ("pdf", "The file is a PDF. Export the data as CSV or JSON, and send that."),
}
_MARKUP: Final = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")


def refuse_foreign(start: bytes) -> None:
    """FileNotRead where the file is empty, compressed, a PDF or a web page. Nothing is ever unpacked."""
    if not start.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise FileNotRead("empty", "The file is empty.")
    for beginning, (code, words) in _BEGINNINGS.items():
        if start.startswith(beginning):
            raise FileNotRead(code, words)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:16].lower().startswith(_MARKUP):
        raise FileNotRead("web_page", "The file is a web page. Were you signed in when you downloaded it?")
