"""What the edge promises besides passing on: TLS, headers, files, caches. Each check is a line, and some requests."""

import gzip
import http.client
import json
import socket
import ssl
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from embedded.ports import HOST
from tests.rehearsal.clinic import NAMES, Clinic
from tests.rehearsal.edge import Edge
from tests.rehearsal.tally import Tally

MANY_YEARS = "max-age=31536000"


@dataclass(frozen=True, slots=True)
class Answer:
    """All of an answer, every header as often as it came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """The values of a header."""
        return [value for given, value in self.headers if given.lower() == name.lower()]

    def first(self, name: str) -> str:
        """The value of a header, or nothing."""
        return next(iter(self.all(name)), "")


@dataclass(frozen=True, slots=True)
class Asking:
    """Requests with nothing between us and the edge."""

    edge: Edge
    certificate: ssl.SSLContext

    def over_tls(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """On a connection of its own."""
        connection = http.client.HTTPSConnection("localhost", self.edge.ports[1], timeout=60, context=self.certificate)
        return _answer(connection, method, path, headers)

    def plain(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Without TLS."""
        return _answer(http.client.HTTPConnection(HOST, self.edge.ports[0], timeout=60), method, path, headers)


def _answer(connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str]) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, headers=named)
        came = connection.getresponse()
        return Answer(came.status, came.getheaders(), came.read())
    finally:
        connection.close()


def problem(answer: Answer, status: int, slug: str) -> str:
    """Nothing where the answer is this problem document."""
    try:
        told = json.loads(answer.body)
    except ValueError:
        return f"{answer.status} {answer.body[:80]!r} is no problem document"
    given = (answer.status, told.get("status"), told.get("type"), answer.first("Content-Type"))
    wanted = (status, status, f"/problems/{slug}/", "application/problem+json")
    return "" if given == wanted else f"{given} in place of {wanted}"


def check(edge: Edge, clinic: Clinic, tally: Tally) -> None:
    """All of them."""
    asking = Asking(edge, clinic.certificate)
    checks: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: tls(asking),
        lambda: redirect(asking),
        lambda: transport_security(asking),
        lambda: files(asking),
        lambda: refused(asking),
        lambda: caches(asking, clinic),
    )
    for one in checks:
        for wrong in one():
            tally.check("edge", wrong)


def tls(asking: Asking) -> Iterator[str]:
    """The certificate of the place, two protocols, and none that is older."""
    served = certificate_served(asking.edge)
    yield "" if served == certificate_there(asking.edge) else "another certificate is served"
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        yield "" if (found := _handshake(asking.edge, version)) else f"{version.name} is not spoken: {found}"
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        yield f"{version.name} is spoken" if _handshake(asking.edge, version) else ""


def certificate_served(edge: Edge) -> str:
    """As nginx gives it to a new connection."""
    return ssl.get_server_certificate(("localhost", edge.ports[1]), timeout=30).strip()


def certificate_there(edge: Edge) -> str:
    """As the file says."""
    return (edge.folder / "certificates/fullchain.pem").read_text().strip()


def _handshake(edge: Edge, version: ssl.TLSVersion) -> str:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # so that it is the edge that refuses, not we
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    try:
        with socket.create_connection((HOST, edge.ports[1]), 30) as plain, context.wrap_socket(plain) as spoken:
            return spoken.version() or ""
    except (ssl.SSLError, OSError):
        return ""


def redirect(asking: Asking) -> Iterator[str]:
    """From http to https with path and query, but for the challenge of ACME."""
    answer = asking.plain("/api/v1/patients/?search=x", Host="localhost")
    wanted = f"{asking.edge.url}/api/v1/patients/?search=x"
    yield "" if (answer.status, answer.first("Location")) == (308, wanted) else f"{answer.status} {answer.headers}"
    challenge = asking.edge.folder / "acme/.well-known/acme-challenge/token"
    challenge.write_text("the answer", encoding="utf-8")
    path = "/.well-known/acme-challenge/token"
    for answer in (asking.plain(path), asking.over_tls(path)):
        yield "" if (answer.status, answer.body) == (200, b"the answer") else f"the challenge is {answer.status}"


def transport_security(asking: Asking) -> Iterator[str]:
    """Once on every answer over https, whoever gives it, and never over http."""
    for path in ("/health/live/", "/static/admin/css/base.css", "/docs/", "/metrics", "/api/schema/"):
        told = asking.over_tls(path).all("Strict-Transport-Security")
        yield "" if len(told) == 1 and told[0].startswith(MANY_YEARS) else f"{path} says {told}"
    told = asking.plain("/health/live/").all("Strict-Transport-Security")
    yield "" if not told else f"over http it says {told}"


def files(asking: Asking) -> Iterator[str]:
    """Static files and the documentation: compressed, kept, and asked for again by their tag."""
    answer = asking.over_tls("/static/admin/css/base.css", Accept_Encoding="gzip")
    there = (asking.edge.folder / "static/admin/css/base.css").read_bytes()
    zipped = answer.first("Content-Encoding") == "gzip" and gzip.decompress(answer.body) == there
    yield "" if zipped else f"a static file is {answer.status} {answer.headers}"
    yield "" if "stale-while-revalidate" in answer.first("Cache-Control") else answer.first("Cache-Control")
    whole = asking.over_tls("/static/admin/css/base.css")
    yield "" if whole.body == there else "a static file is another without compression"
    again = asking.over_tls("/static/admin/css/base.css", If_None_Match=whole.first("ETag"))
    yield "" if again.status == 304 else f"its tag is answered by {again.status}"
    page = asking.over_tls("/docs/")
    yield "" if (page.status, b"documentation" in page.body) == (200, True) else f"/docs/ is {page.status}"
    named = asking.over_tls("/docs/assets/app.0a1b2c3d.js")
    yield "" if "immutable" in named.first("Cache-Control") else f"a hashed name: {named.first('Cache-Control')!r}"


def refused(asking: Asking) -> Iterator[str]:
    """What is nobody's to ask for, and what is too much, as problem documents."""
    for path in (
        "/metrics",
        "/static/none.css",
        "/protected/reports/secret.pdf",
        "/protected/../protected/reports/secret.pdf",
    ):
        yield problem(asking.over_tls(path), 404, "not-found")
    yield problem(asking.over_tls("/api/v1/patients/", "POST", Content_Length="5000000"), 413, "body-too-large")
    yield problem(asking.over_tls("/api/v1/imports/", "POST", Content_Length="260000000"), 413, "body-too-large")
    yield problem(asking.over_tls("/api/v1/patients/?search=" + "a" * 9_000), 414, "url-too-long")
    yield problem(asking.over_tls("/api/v1/patients/", X_Long="a" * 9_000), 400, "bad-request")
    yield problem(asking.over_tls("/api/v1/patients/", "TRACE"), 405, "method-not-allowed")


def caches(asking: Asking, clinic: Clinic) -> Iterator[str]:
    """The document comes out of the cache, for whoever asks; nothing that somebody was answered is in there."""
    bearer = f"Bearer {clinic.token}"
    first = asking.over_tls("/api/schema/", Authorization=bearer, Cookie="sessionid=hers-alone")
    second = asking.over_tls("/api/schema/", X_Request_ID="rehearsal-second")
    yield "" if second.first("X-Cache") == "HIT" else f"the document is {second.first('X-Cache')!r} at the second time"
    yield "" if first.body == second.body else "the document is another at the second time"
    yield "" if second.all("X-Request-ID") == ["rehearsal-second"] else f"{second.all('X-Request-ID')}"
    for path in ("/api/v1/patients/", "/api/v1/definitions/", "/api/v1/readings/latest/", "/api/v1/auth/me/"):
        for _ in range(2):
            answer = asking.over_tls(path, Authorization=bearer)
            yield "" if (answer.status, answer.all("X-Cache")) == (200, []) else f"{path}: {answer.status} from a cache"
        yield "" if (status := asking.over_tls(path).status) == 401 else f"{path} without a token is {status}"
    yield from _kept(asking.edge.place / "cache", (clinic.token, *clinic.patients, *NAMES, "hers-alone"))


def _kept(cache: Path, canaries: tuple[str, ...]) -> Iterator[str]:
    """Every file of the cache is the document's, and none of what was said of anybody is in one."""
    entries = [path.read_bytes() for path in cache.rglob("*") if path.is_file()]
    yield "" if entries else "nothing is kept at all"
    for entry in entries:
        (key,) = [line for line in entry.split(b"\n") if line.startswith(b"KEY: ")]
        yield "" if key.endswith(b" /api/schema/") else f"{key!r} is kept"
        found = [canary for canary in canaries if canary.encode() in entry]
        yield "" if not found else f"{len(found)} of what was said of somebody is kept"
