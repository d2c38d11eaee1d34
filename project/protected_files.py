"""Files of people under MEDIA_ROOT: sent by nginx where it is in front, which gives them out at our word alone."""

from pathlib import Path
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

INTERNAL: Final = "/protected/"


class OutsideOfMedia(ValueError):
    """The path leads to what is not below MEDIA_ROOT."""


def protected_file(path: str | Path, *, name: str, media_type: str) -> HttpResponseBase:
    """The file at a path below MEDIA_ROOT, to save as ``name``; who may have it was asked before.

    FileNotFoundError where there is none, OutsideOfMedia where the path leads out, by a link too.
    """
    root = Path(settings.MEDIA_ROOT).resolve()
    found = (root / path).resolve()
    if not found.is_relative_to(root):
        raise OutsideOfMedia(f"{path} is not below MEDIA_ROOT")
    if not found.is_file():
        raise FileNotFoundError(f"there is no file {path} below MEDIA_ROOT")
    if settings.BEHIND_PROXY:
        response: HttpResponseBase = HttpResponse(content_type=media_type)
        response["X-Accel-Redirect"] = INTERNAL + quote(found.relative_to(root).as_posix())
        # The length is that of what nginx sends.
        del response["Content-Length"]
    else:
        response = FileResponse(found.open("rb"), content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
