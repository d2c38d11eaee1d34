"""What stands in a PDF, as somebody reads it who copies its text."""

import io

from pypdf import PdfReader


def text_of(content: bytes) -> str:
    """The text of all its pages, each run of white space a single space."""
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)
