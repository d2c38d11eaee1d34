"""A small OpenID Connect provider over HTTP: discovery, keys, tokens and user info; PKCE is checked."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID: Final = "saude-ia"
CLIENT_SECRET: Final = "a secret of the provider"
KEY: Final = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class IdentityProvider(ThreadingHTTPServer):
    """Signs in whoever ``claims`` says, and remembers what each code was asked for with."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.claims: dict[str, Any] = {}
        self.issuer = self.url
        self.codes: dict[str, dict[str, str]] = {}

    def authorise(self, address: str) -> str:
        """What a browser is sent back to, once the person has signed in at the address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"


class Handler(BaseHTTPRequestHandler):
    """The endpoints that the relying party calls."""

    server: IdentityProvider

    def do_GET(self) -> None:
        url = self.server.url
        if self.path == "/.well-known/openid-configuration":
            self._answer(
                {
                    "issuer": self.server.issuer,
                    "authorization_endpoint": f"{url}/authorize",
                    "token_endpoint": f"{url}/token",
                    "userinfo_endpoint": f"{url}/userinfo",
                    "jwks_uri": f"{url}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif self.path == "/jwks":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self._answer({"keys": [{**key, "kid": "1", "use": "sig", "alg": "RS256"}]})
        elif self.path == "/userinfo" and self.headers["Authorization"] == "Bearer access":
            self._answer(self.server.claims)
        else:
            self._answer({"error": "not found"}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.server.codes.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        right = (given.get("client_id"), given.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if asked is None or not right or challenge != asked["code_challenge"]:
            self._answer({"error": "invalid_grant"}, 400)
            return
        claims = {"iss": self.server.url, "aud": CLIENT_ID, "exp": int(time.time()) + 60, "iat": int(time.time())}
        token = jwt.encode({**claims, **self.server.claims}, KEY, algorithm="RS256", headers={"kid": "1"})
        self._answer({"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": token})

    def _answer(self, body: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what matters is what the relying party makes of it."""


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """A provider that listens until the end of the block."""
    with IdentityProvider() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
