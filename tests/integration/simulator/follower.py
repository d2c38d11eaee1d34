"""An account's requests without a client's opinion on the answers."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from simulator.process import SimulatorProcess

HEADERS = {"product": "llu.android", "version": "4.16.0"}
LOGIN, CONNECTIONS = "/llu/auth/login", "/llu/connections"


@dataclass(frozen=True)
class Reply:
    """What came back, undecoded."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def data(self) -> Any:
        return self.json["data"]


class Follower:
    """Logs in by plain requests and reads."""

    def __init__(self, simulator: SimulatorProcess, email: str, password: str, region: str = "eu2") -> None:
        self.simulator = simulator
        self.email = email
        self.password = password
        self.region = region
        self.headers = dict(HEADERS)

    def login(self) -> Reply:
        """Try to log in; a token that comes is kept."""
        reply = self.send("POST", LOGIN, {"email": self.email, "password": self.password})
        if reply.status == 200 and reply.content.startswith(b'{"status":0') and "authTicket" in reply.data:
            self._keep(reply.data)
        return reply

    def accept(self, step: str, token: str) -> Reply:
        """Take a step with its token."""
        self.headers["authorization"] = f"Bearer {token}"
        reply = self.send("POST", f"/auth/continue/{step}", {})
        if reply.json["status"] == 0:
            self._keep(reply.data)
        return reply

    def get(self, path: str = CONNECTIONS) -> Reply:
        """Read with the token, after a login where there is none yet."""
        if "authorization" not in self.headers:
            self.login()
        return self.send("GET", path)

    def graph(self, patient_id: str) -> Reply:
        """Read a patient's graph."""
        return self.get(f"{CONNECTIONS}/{patient_id}/graph")

    def logbook(self, patient_id: str) -> Reply:
        """Read a patient's logbook."""
        return self.get(f"{CONNECTIONS}/{patient_id}/logbook")

    def send(self, method: str, path: str, body: object = None, timeout: float = 30) -> Reply:
        """Send one request to the region; raises what the connection does."""
        connection = HTTPConnection(urlsplit(self.simulator.url).netloc, timeout=timeout)
        try:
            content = None if body is None else json.dumps(body)
            prefix = f"/{self.region}" if self.region else ""
            connection.request(method, prefix + path, body=content, headers=self.headers)
            response = connection.getresponse()
            return Reply(response.status, dict(response.headers.items()), response.read())
        finally:
            connection.close()

    def faults(self) -> list[str | None]:
        """The kinds in the log of this account, in order."""
        return [entry["fault"] for entry in self.simulator.requests(account=self.email)]

    def _keep(self, data: dict[str, Any]) -> None:
        self.headers["authorization"] = f"Bearer {data['authTicket']['token']}"
        self.headers["account-id"] = hashlib.sha256(data["user"]["id"].encode()).hexdigest()
