"""Signatures of webhooks, against the library of the specification's authors and its published example."""

import base64
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from accounts.webhook_signing import new_secret, signatures

BODY = b'{"type":"alert.opened","timestamp":"2026-03-15T12:00:00Z","data":{}}'
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "webhooks.md"


def signed(*keys: str, body: bytes = BODY) -> dict[str, str]:
    at = int(datetime.now(UTC).timestamp())
    return {
        "webhook-id": "alert:1:opened:2",
        "webhook-timestamp": str(at),
        "webhook-signature": signatures(keys, sent_by="alert:1:opened:2", at=at, body=body),
    }


def test_are_those_that_the_specification_publishes() -> None:
    found = signatures(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        sent_by="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_are_verified_by_the_library() -> None:
    secret = new_secret()

    assert Webhook(secret).verify(BODY.decode(), signed(secret)) == {
        "type": "alert.opened",
        "timestamp": "2026-03-15T12:00:00Z",
        "data": {},
    }


def test_by_two_secrets_are_verified_by_either() -> None:
    new, old, another = new_secret(), new_secret(), new_secret()
    headers = signed(new, old)

    for secret in (new, old):
        Webhook(secret).verify(BODY.decode(), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(another).verify(BODY.decode(), headers)


def test_a_secret_is_32_random_bytes() -> None:
    secret = new_secret()

    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret != new_secret()


class TestTheExampleOfTheGuide:
    @pytest.fixture
    def verified(self) -> Any:
        """The function that docs/webhooks.md shows."""
        (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
        names: dict[str, Any] = {}
        exec(code, names)  # noqa: S102 -- our own guide
        return names["verified"]

    def test_takes_what_we_sign_by_one_secret_or_two(self, verified: Any) -> None:
        new, old = new_secret(), new_secret()

        assert verified(new, signed(new), BODY)
        assert verified(old, signed(new, old), BODY)

    def test_refuses_another_body_another_secret_and_what_is_old(self, verified: Any) -> None:
        secret = new_secret()
        headers = signed(secret)

        assert not verified(secret, headers, BODY + b" ")
        assert not verified(new_secret(), headers, BODY)
        assert not verified(secret, headers | {"webhook-timestamp": "1614265330"}, BODY)
        assert not verified(secret, headers | {"webhook-timestamp": "x"}, BODY)
