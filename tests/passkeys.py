"""A passkey in software: what a browser and its authenticator do in the ceremonies of WebAuthn."""

import json
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

Flag = AuthenticatorData.FLAG


class Passkey:
    """One credential, which knows whose it is."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = token_bytes(32)
        self.user_handle = ""
        self.rp_id = ""

    def create(self, options: dict[str, Any]) -> str:
        """The answer to creation options, as JSON."""
        asked = options["publicKey"]
        self.user_handle, self.rp_id = asked["user"]["id"], asked["rp"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        data = AuthenticatorData.create(
            sha256(self.rp_id.encode()),
            Flag.UP | Flag.UV | Flag.AT,
            0,
            AttestedCredentialData.create(b"\0" * 16, self.id, public),
        )
        response = {
            "clientDataJSON": websafe_encode(self._client("webauthn.create", asked["challenge"])),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        return self._answer(response, {"credProps": {"rk": True}})

    def get(self, options: dict[str, Any], *, challenge: str = "") -> str:
        """The answer to request options, as JSON; with another challenge, that of an older ceremony."""
        asked = options["publicKey"]
        assert asked["rpId"] == self.rp_id
        client = self._client("webauthn.get", challenge or asked["challenge"])
        data = AuthenticatorData.create(sha256(self.rp_id.encode()), Flag.UP | Flag.UV, 1)
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self.key.sign(bytes(data) + client.hash, ec.ECDSA(hashes.SHA256()))),
            "userHandle": self.user_handle,
        }
        return self._answer(response, {})

    def _client(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, websafe_decode(challenge), self.origin)

    def _answer(self, response: dict[str, str], extensions: dict[str, Any]) -> str:
        identity = websafe_encode(self.id)
        return json.dumps(
            {
                "id": identity,
                "rawId": identity,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": extensions,
            }
        )
