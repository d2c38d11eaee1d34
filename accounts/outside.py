"""A POST to an address that somebody else chose: pinned to what was checked, without redirects, within limits."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Final

from django.conf import settings

from accounts.addresses import AddressRefused, endpoint, is_public
from work.calls import Call, watched

SECONDS: Final = 10.0
ANSWER_BYTES: Final = 4_096
Target = tuple[socket.AddressFamily, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, but for the body, which nobody needs."""

    status: int
    retry_after: str


class NoAnswer(Exception):
    """Nothing usable came in time; why, in words."""


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send the body to the URL; NoAnswer where nothing usable comes, AddressRefused where nothing may be sent.

    All of it takes SECONDS at most, however slowly the other side drips, but for the resolver's own time.
    """
    parts = endpoint(url, anywhere=settings.WEBHOOKS_ANYWHERE)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _Pinned(str(parts.hostname), parts.port, secure=parts.scheme == "https")
    call = Call("webhook", "POST", str(parts.hostname))
    try:
        with watched(call), contextlib.closing(connection), _deadline(connection):
            connection.request("POST", target, body=body, headers=dict(headers))
            with connection.getresponse() as response:
                call.status = response.status
                response.read(ANSWER_BYTES)
                return Answer(response.status, response.headers.get("Retry-After", ""))
    except ssl.SSLCertVerificationError as error:
        raise NoAnswer(f"Its certificate is not trusted: {error.verify_message}.") from None
    except (OSError, HTTPException) as error:
        raise NoAnswer(_words(error, connection)) from None


class _Pinned(HTTPConnection):
    """A connection to an address that was checked; the name is what the certificate must be of."""

    def __init__(self, host: str, port: int | None, *, secure: bool) -> None:
        self.default_port = 443 if secure else 80
        # Always with a port: the end of an address of IPv6 would be taken for one.
        super().__init__(host, port or self.default_port, timeout=SECONDS)
        self.secure = secure
        self.late = False

    def connect(self) -> None:
        """Resolve once, check every address, and connect to one of them."""
        self.sock = _connected(_checked(self.host, self.port))
        if self.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def stop(self) -> None:
        """End whatever is under way: the time is up."""
        self.late = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def _checked(host: str, port: int) -> list[Target]:
    """Where the name leads; AddressRefused where any of it is no public address."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses: list[Target] = [(family, (str(address[0]), port)) for family, _, _, _, address in found]
    if not settings.WEBHOOKS_ANYWHERE and not all(is_public(address) for _, (address, _) in addresses):
        raise AddressRefused("Its name leads into a private network.")
    return addresses


def _connected(addresses: list[Target]) -> socket.socket:
    until, last = time.monotonic() + SECONDS, OSError("no address")
    for family, address in addresses:
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.settimeout(max(until - time.monotonic(), 0.001))
        try:
            opened.connect(address)
        except OSError as error:
            opened.close()
            last = error
        else:
            opened.settimeout(SECONDS)
            return opened
    raise last


@contextlib.contextmanager
def _deadline(connection: _Pinned) -> Iterator[None]:
    """A timeout of a socket begins anew with each byte; this one does not."""
    timer = threading.Timer(SECONDS, connection.stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _words(error: Exception, connection: _Pinned) -> str:
    if connection.late or isinstance(error, TimeoutError):
        return f"It did not answer within {SECONDS:.0f} seconds."
    if isinstance(error, socket.gaierror):
        return "Its name leads nowhere."
    if isinstance(error, ConnectionRefusedError):
        return "It refuses connections."
    if isinstance(error, ssl.SSLError):
        return f"No secure connection: {error.reason or type(error).__name__}."
    return f"The connection broke ({type(error).__name__})."
