"""gzip and `Content-Digest` of any answer."""

import base64
import gzip
import zlib
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from patients.models import Patient
from project.content import accepts_gzip
from tests.api.asserting import NOW, V1
from tests.conftest import Member, put


@pytest.fixture
def address(patient: Patient) -> str:
    put(patient, *[100 + n % 80 for n in range(500)], start=NOW - timedelta(days=2), now=NOW)
    return f"{V1}patients/{patient.id}/"


def digest_of(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(sha256(content).digest()).decode()}:"


def test_an_answer_is_compressed_where_it_is_accepted(admin: Member, address: str) -> None:
    query = "readings/?layout=columns&start=2026-03-10T00:00:00Z&end=2026-03-16T00:00:00Z"
    plain = admin.api.get(address + query)

    packed = admin.api.get(address + query, HTTP_ACCEPT_ENCODING="gzip, br")

    assert packed["Content-Encoding"] == "gzip"
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] == plain["ETag"]
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in plain["Vary"]
    assert plain["Content-Digest"] == digest_of(plain.content)
    assert packed["Content-Digest"] == digest_of(packed.content)


@pytest.mark.parametrize("form", ["text/csv", "application/x-ndjson", "application/vnd.apache.arrow.stream"])
def test_a_stream_is_compressed_part_by_part(admin: Member, address: str, form: str) -> None:
    plain: Any = admin.api.get(address + "readings/?days=3", HTTP_ACCEPT=form)
    packed: Any = admin.api.get(address + "readings/?days=3", HTTP_ACCEPT=form, HTTP_ACCEPT_ENCODING="gzip")
    parts: list[Any] = list(packed.streaming_content)

    # What came so far can be read before the end has come.
    assert len(zlib.decompressobj(31).decompress(parts[0])) > 5_000
    assert gzip.decompress(b"".join(parts)) == b"".join(plain.streaming_content)
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Length" not in packed
    assert "Content-Digest" not in packed


def test_a_record_with_a_strong_tag_is_sent_as_it_is(admin: Member, address: str) -> None:
    response = admin.api.get(address, HTTP_ACCEPT_ENCODING="gzip")

    assert response["ETag"].startswith('"')
    assert "Content-Encoding" not in response
    assert response["Content-Digest"] == digest_of(response.content)


def test_a_304_says_no_length(admin: Member, address: str) -> None:
    tag = admin.api.get(address)["ETag"]

    response = admin.api.get(address, HTTP_IF_NONE_MATCH=tag, HTTP_ACCEPT_ENCODING="gzip")

    assert response.status_code == 304
    assert not {"Content-Length", "Content-Type", "Content-Digest"} & set(response.headers)


def test_a_problem_has_a_digest_too(admin: Member) -> None:
    response = admin.api.get(f"{V1}nothing/")

    assert response["Content-Digest"] == digest_of(response.content)


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("GZIP;q=0.5", True),
        ("br, *", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
        ("x-gzipped", False),
    ],
)
def test_accept_encoding_is_read(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted
