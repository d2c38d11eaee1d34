"""A webhook's delivery: what is sent, what an answer means, and where nothing is sent."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.mail import EmailMessage
from django.db import transaction
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook as Verifier

from accounts import outside, webhooks
from accounts.addresses import AddressRefused
from accounts.endpoints import rotate_secret
from accounts.events import Event
from accounts.models import Clinic, Webhook
from accounts.outside import NoAnswer
from accounts.webhook_signing import new_secret
from accounts.webhooks import RENDERS, renders
from tests.conftest import Member
from tests.integration.outbox.receiver import Receiver, receiving
from tests.outboxes import deliver_waiting
from work.delivery import deliver_due
from work.models import OutboxEntry

State = OutboxEntry.State
SUBJECT = {"alert": "01957a3c-0000-7000-8000-000000000001"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """How the event reads: its ids; what the renderer was asked with."""
    asked: list[Any] = []

    def read(clinic_id: Any, subject: Any) -> Any:
        asked.append((clinic_id, subject))
        return {"alert": subject["alert"], "kind": "urgent_low"} if subject else None

    renders("alert.opened")(read)
    yield asked
    del RENDERS[Event.ALERT_OPENED]


@pytest.fixture
def webhook(clinic: Clinic, receiver: Receiver, settings: Settings) -> Webhook:
    settings.WEBHOOKS_ANYWHERE = True
    given = {"url": receiver.url, "events": ["alert.opened"], "secret": new_secret()}
    return Webhook.objects.create(clinic=clinic, created_at=datetime.now(UTC), **given)


def put(clinic: Clinic, number: int = 1, subject: dict[str, str] = SUBJECT) -> OutboxEntry:
    """Tell of an alert."""
    with transaction.atomic():
        assert webhooks.tell(clinic.id, "alert.opened", of="patient:1", key=f"alert:{number}:opened", subject=subject)
    return OutboxEntry.objects.latest("id")


def after(entry: OutboxEntry) -> OutboxEntry:
    """The entry once the worker has tried."""
    deliver_waiting()
    entry.refresh_from_db()
    return entry


class TestWhatIsSent:
    def test_is_verified_by_the_library_of_the_specification(
        self, clinic: Clinic, webhook: Webhook, receiver: Receiver, told: list[Any]
    ) -> None:
        entry = after(put(clinic))

        ((headers, body),) = receiver.requests
        assert Verifier(webhook.secret).verify(body.decode(), headers)["type"] == "alert.opened"
        assert (entry.state, headers["webhook-id"]) == (State.DELIVERED, f"alert:1:opened:{webhook.id}")
        assert headers["content-type"] == "application/json"
        assert told == [(clinic.id, SUBJECT)]

    def test_holds_type_time_and_ids(
        self, clinic: Clinic, webhook: Webhook, receiver: Receiver, told: list[Any]
    ) -> None:
        entry = after(put(clinic))

        body = orjson.loads(receiver.requests[0][1])
        assert body.keys() == {"type", "timestamp", "data"}
        assert datetime.fromisoformat(body["timestamp"]).replace(microsecond=0) == entry.put_at.replace(microsecond=0)
        assert body["data"] == SUBJECT | {"kind": "urgent_low"}

    def test_is_signed_by_both_secrets_for_a_day_after_a_rotation(
        self, clinic: Clinic, admin: Member, webhook: Webhook, receiver: Receiver, told: list[Any]
    ) -> None:
        old = webhook.secret
        _, new = rotate_secret(admin.caller, webhook.id, datetime.now(UTC))
        after(put(clinic, 1))
        Webhook.objects.update(old_until=datetime.now(UTC) - timedelta(seconds=1))
        after(put(clinic, 2))

        during, afterwards = [headers["webhook-signature"].split(" ") for headers, _ in receiver.requests]
        headers, body = receiver.requests[0]
        for secret in (old, new):
            Verifier(secret).verify(body.decode(), headers)
        assert (len(during), len(afterwards)) == (2, 1)

    def test_goes_to_who_wants_it_in_the_clinic_alone(
        self, clinic: Clinic, other_clinic: Clinic, webhook: Webhook, told: list[Any]
    ) -> None:
        given = {"url": "https://x.example", "secret": new_secret(), "created_at": datetime.now(UTC)}
        Webhook.objects.create(clinic=clinic, events=["alert.closed"], **given)
        Webhook.objects.create(clinic=clinic, events=["alert.opened"], active=False, **given)
        Webhook.objects.create(clinic=other_clinic, events=["alert.opened"], **given)

        assert list(webhooks.webhooks_of(clinic.id, "alert.opened")) == [webhook]

    def test_of_what_is_gone_is_nothing(
        self, clinic: Clinic, webhook: Webhook, receiver: Receiver, told: list[Any]
    ) -> None:
        entry = after(put(clinic, subject={}))

        assert (entry.state, entry.error) == (State.GIVEN_UP, "What it tells of is not there any more.")
        assert receiver.requests == []


class TestAnAnswer:
    def test_of_success_clears_what_failed(
        self, clinic: Clinic, webhook: Webhook, receiver: Receiver, told: list[Any]
    ) -> None:
        Webhook.objects.update(failing_since=datetime.now(UTC), last_failure="It answered 500.")

        after(put(clinic))

        webhook.refresh_from_db()
        assert webhook.failing_since is None
        assert webhook.last_success_at is not None

    @pytest.mark.parametrize(
        ("status", "words"),
        [
            (500, "It answered 500."),
            (404, "It answered 404."),
            (302, "It answered 302. Redirects are not followed."),
            (308, "It answered 308. Redirects are not followed."),
        ],
    )
    def test_of_anything_else_is_tried_again(
        self, clinic: Clinic, webhook: Webhook, receiver: Receiver, told: list[Any], status: int, words: str
    ) -> None:
        receiver.status, receiver.headers = status, {"Location": receiver.url + "&again"}

        entry = after(put(clinic))

        webhook.refresh_from_db()
        assert (entry.state, entry.attempts, entry.error) == (State.WAITING, 1, words)
        assert (webhook.last_failure, webhook.paused_until) == (words, None)
        assert len(receiver.requests) == 1

    def test_that_says_when_is_believed(
        self, clinic: Clinic, webhook: Webhook, receiver: Receiver, told: list[Any]
    ) -> None:
        receiver.status, receiver.headers = 503, {"Retry-After": "600"}

        entry = after(put(clinic))

        assert timedelta(seconds=590) < entry.next_attempt_at - datetime.now(UTC) < timedelta(seconds=610)

    def test_of_410_switches_it_off_and_mails_the_administrators(
        self,
        clinic: Clinic,
        admin: Member,
        webhook: Webhook,
        receiver: Receiver,
        told: list[Any],
        mailoutbox: list[EmailMessage],
    ) -> None:
        admin.user.email = "ana@example.org"
        admin.user.save()
        receiver.status = 410

        entry = after(put(clinic))

        webhook.refresh_from_db()
        assert entry.state == State.GIVEN_UP
        assert (webhook.active, webhook.disabled_because) == (False, "It answered 410: it wants no more.")
        (mail,) = mailoutbox
        assert (mail.subject, mail.to) == ("A webhook of your clinic was switched off", ["ana@example.org"])
        assert "It answered 410" in str(mail.body)

    def test_of_failure_for_three_days_switches_it_off(
        self, clinic: Clinic, webhook: Webhook, receiver: Receiver, told: list[Any]
    ) -> None:
        Webhook.objects.update(failing_since=datetime.now(UTC) - timedelta(days=3))
        receiver.status = 500

        entry = after(put(clinic))

        webhook.refresh_from_db()
        assert (entry.state, webhook.active) == (State.GIVEN_UP, False)
        assert webhook.disabled_because.startswith("Nothing was delivered since ")

    def test_that_never_comes_pauses_the_endpoint_for_every_lane(
        self, clinic: Clinic, webhook: Webhook, told: list[Any]
    ) -> None:
        webhook.url = "http://127.0.0.1:1/"
        webhook.save(update_fields=["url"])
        first = put(clinic)
        with transaction.atomic():
            webhooks.tell(clinic.id, "alert.opened", of="patient:2", key="alert:2:opened", subject=SUBJECT)
        second = OutboxEntry.objects.latest("id")

        after(first)

        second.refresh_from_db()
        webhook.refresh_from_db()
        assert (first.attempts, first.error) == (1, "It refuses connections.")
        assert (second.attempts, second.next_attempt_at) == (0, webhook.paused_until)

    def test_to_one_that_is_off_or_deleted_is_not_asked_for(
        self, clinic: Clinic, webhook: Webhook, receiver: Receiver, told: list[Any]
    ) -> None:
        off, deleted = put(clinic, 1), put(clinic, 2)
        Webhook.objects.update(active=False)
        deliver_due(lambda: datetime.now(UTC), lasting=timedelta(seconds=5), at_most=1)
        Webhook.objects.all().delete()
        after(deleted)
        off.refresh_from_db()

        assert [off.error, deleted.error] == ["The webhook is switched off.", "The webhook was deleted."]
        assert receiver.requests == []


def send(url: str) -> outside.Answer:
    return outside.post(url, body=b"{}", headers={"webhook-id": "x"})


class TestWhereNothingIsSent:
    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "127.1"])
    def test_into_a_private_network_by_whatever_name(self, receiver: Receiver, host: str) -> None:
        port = receiver.url.split(":")[2].split("/")[0]

        with pytest.raises((AddressRefused, NoAnswer)):
            send(f"https://{host}:{port}/")

        assert receiver.requests == []

    def test_by_a_name_that_leads_into_one_says_so(self) -> None:
        with pytest.raises(AddressRefused, match="leads into a private network"):
            send("https://localhost/")

    def test_by_an_address_of_ipv6_whose_end_looks_like_a_port(self, receiver: Receiver, settings: Settings) -> None:
        settings.WEBHOOKS_ANYWHERE = True

        with pytest.raises(NoAnswer, match="connection"):
            send("https://[::ffff]/")

    def test_without_https(self, receiver: Receiver) -> None:
        with pytest.raises(AddressRefused, match="https"):
            send(receiver.url)

        assert receiver.requests == []


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Callable[[str], tuple[str, Path]]]:
    """Start a server with a certificate for a name; its address, and where the certificate is."""
    with contextlib.ExitStack() as running:

        def start(name: str) -> tuple[str, Path]:
            file = certificate(name, tmp_path)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(file)
            listener = running.enter_context(socket.create_server(("127.0.0.1", 0)))
            threading.Thread(target=serve, args=(listener, context), daemon=True).start()
            return f"https://localhost:{listener.getsockname()[1]}/", file

        yield start


def serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    """Answer one request with 204."""
    with contextlib.suppress(OSError):
        plain, _ = listener.accept()
        with context.wrap_socket(plain, server_side=True) as talk:
            request = b""
            while not request.endswith(b"{}"):
                request += talk.recv(65_536)
            talk.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


def certificate(name: str, folder: Path) -> Path:
    """A key and a certificate that it signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(*private) + made.public_bytes(serialization.Encoding.PEM))
    return file


class TestACertificate:
    @pytest.fixture(autouse=True)
    def anywhere(self, settings: Settings) -> None:
        settings.WEBHOOKS_ANYWHERE = True

    def test_that_is_trusted_and_of_the_name_is_taken(
        self, secure: Callable[[str], tuple[str, Path]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url, file = secure("localhost")
        monkeypatch.setenv("SSL_CERT_FILE", str(file))

        assert send(url).status == 204

    def test_of_another_name_is_refused(
        self, secure: Callable[[str], tuple[str, Path]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url, file = secure("another.example")
        monkeypatch.setenv("SSL_CERT_FILE", str(file))

        with pytest.raises(NoAnswer, match="Its certificate is not trusted"):
            send(url)

    def test_that_nobody_vouches_for_is_refused(self, secure: Callable[[str], tuple[str, Path]]) -> None:
        url, _ = secure("localhost")

        with pytest.raises(NoAnswer, match="Its certificate is not trusted"):
            send(url)


class TestAnotherSideThat:
    @pytest.fixture(autouse=True)
    def anywhere(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.WEBHOOKS_ANYWHERE = True
        monkeypatch.setattr(outside, "SECONDS", 1.0)

    @pytest.mark.parametrize("piece", [b"", b"x", b"HTTP/1.1 200 OK\r\nx: y\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"])
    def test_says_nothing_or_drips_for_ever_is_left_in_time(self, piece: bytes) -> None:
        stop = threading.Event()

        def drip(listener: socket.socket) -> None:
            with contextlib.suppress(OSError):
                talk, _ = listener.accept()
                with talk:
                    for position in range(200):
                        talk.sendall(piece[position : position + 1] or piece[-1:])
                        if stop.wait(0.1):
                            return

        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=drip, args=(listener,), daemon=True).start()
            began = datetime.now(UTC)
            with pytest.raises(NoAnswer):
                send(f"http://127.0.0.1:{listener.getsockname()[1]}/")
            stop.set()

        assert datetime.now(UTC) - began < timedelta(seconds=4)

    def test_answers_without_end_is_read_no_further_than_it_must(self) -> None:
        sent = []

        def flood(listener: socket.socket) -> None:
            talk, _ = listener.accept()
            with talk, contextlib.suppress(OSError):
                talk.recv(65_536)
                talk.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                while True:
                    sent.append(talk.send(b"x" * 65_536))

        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = threading.Thread(target=flood, args=(listener,), daemon=True)
            server.start()
            answer = send(f"http://127.0.0.1:{listener.getsockname()[1]}/")
            server.join(10)

        assert answer.status == 200
        assert not server.is_alive()

    def test_has_a_name_that_leads_nowhere_is_told_so(self) -> None:
        with pytest.raises(NoAnswer, match="Its name leads nowhere"):
            send("http://nowhere.invalid/")
