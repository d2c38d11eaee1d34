"""What happens to a whole answer last: gzip where it is accepted, and the digest of what is sent."""

import base64
import gzip
import re
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Final, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponse]
# Fast: a year in columns is compressed while a client waits.
LEVEL: Final = 2
SMALLEST: Final = 1024
API: Final = "/api/"
# Answers here hold tokens, which are never compressed beside what a request said (BREACH).
TOKENS: Final = "/api/v1/auth/"
GZIP_REFUSED: Final = re.compile(r";\s*q=0(\.0*)?\s*$", re.IGNORECASE)


class GzipMiddleware:
    """Compresses answers of the API, streams batch by batch.

    Not an answer with a strong tag, which names these very bytes; not a small one; not one with a token; not events,
    each of which goes to many streams as the same bytes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, compressed where that is accepted."""
        response = self.get_response(request)
        if not request.path.startswith(API) or request.path.startswith(TOKENS):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if not accepts_gzip(request.headers.get("Accept-Encoding", "")) or not _compressible(response):
            return response
        if response.streaming:
            stream = cast(StreamingHttpResponse, response)
            stream.streaming_content = compressed_parts(cast(Iterable[bytes], stream.streaming_content))
            del stream["Content-Length"]
        else:
            response.content = compressed(response.content)
            response["Content-Length"] = str(len(response.content))
        response["Content-Encoding"] = "gzip"
        return response


class ContentDigestMiddleware:
    """RFC 9530: SHA-256 over the bytes that are sent, on complete answers of the API. A stream has none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer with ``Content-Digest``; a 304 without the length of what it does not send."""
        response = self.get_response(request)
        if response.status_code == 304:
            del response["Content-Length"], response["Content-Type"]
        elif not response.streaming and response.content and request.path.startswith(API) and request.method != "HEAD":
            response["Content-Digest"] = f"sha-256=:{base64.b64encode(sha256(response.content).digest()).decode()}:"
        return response


def accepts_gzip(header: str) -> bool:
    """Whether ``Accept-Encoding`` names gzip, or anything, and does not refuse it."""
    given = {one.split(";")[0].strip().lower(): one for one in header.split(",")}
    entry = given.get("gzip", given.get("*"))
    return entry is not None and not GZIP_REFUSED.search(entry)


def compressed(content: bytes) -> bytes:
    """The content as gzip, of a length that tells less about it: a file name of random length is in its head."""
    packed = gzip.compress(content, compresslevel=LEVEL, mtime=0)
    name = secrets.token_hex(secrets.randbelow(50)).encode()
    # Flag 8 (RFC 1952) says that a name, ended by a zero byte, follows the ten bytes of the head.
    return packed[:3] + b"\x08" + packed[4:10] + name + b"\0" + packed[10:]


def compressed_parts(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Each part as it comes; an error breaks off without the gzip trailer."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    for part in parts:
        yield packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()


def _compressible(response: HttpResponse) -> bool:
    if response.has_header("Content-Encoding") or response.get("ETag", "").startswith('"'):
        return False
    if response.get("Content-Type", "").startswith("text/event-stream"):
        return False
    return response.streaming or len(response.content) >= SMALLEST
