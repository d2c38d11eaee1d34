"""A simulator in a process of its own, and the admin API from Python: for tests and demonstrations."""

import json
import subprocess
import sys
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode, urlsplit

FOLDER = Path(__file__).resolve().parent.parent


class SimulatorProcess:
    """Starts ``python -m simulator`` with the given options on a free port; use it in a ``with``."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "simulator", "--port", "0", *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=FOLDER)  # noqa: S603
        self.url = self._ready_line().split()[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> int:
        """End it by SIGTERM; its exit status."""
        self._process.terminate()
        return self._ended()

    def kill(self) -> int:
        """End it by SIGKILL, as a crash would."""
        self._process.kill()
        return self._ended()

    def region_url(self, region: str) -> str:
        """What stands for ``https://api-{region}.libreview.io``."""
        return f"{self.url}/{region}"

    def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Send one request with a JSON body; the status and the JSON answer."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            content = body if body is None or isinstance(body, bytes) else json.dumps(body)
            connection.request(method, path, body=content, headers=dict(headers or {}))
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def create_account(self, email: str, password: str, region: str = "eu", **more: Any) -> dict[str, Any]:
        """Create an account; what the admin API answers."""
        return self._created("/_sim/accounts", {"email": email, "password": password, "region": region, **more})

    def create_patient(self, account: str, **more: Any) -> dict[str, Any]:
        """Create a patient whom an account follows."""
        return self._created("/_sim/patients", {"account": account, "first_name": "Ana", "last_name": "Silva", **more})

    def inject(self, patient_id: str, readings: list[tuple[Any, float]], visible_after: Any = None) -> None:
        """Put ``(time, mg/dL)`` into a patient's truth."""
        rows = [{"time": time, "mg_dl": mg_dl} for time, mg_dl in readings]
        body = {"readings": rows, "visible_after": visible_after}
        self._created(f"/_sim/patients/{patient_id}/readings", body)

    def truth(self, patient_id: str, start: Any, end: Any, **more: str) -> dict[int, int]:
        """A patient's truth in ``[start, end)``: mg/dL by epoch milliseconds."""
        query = urlencode({"start": start, "end": end, **more})
        status, answer = self.call("GET", f"/_sim/patients/{patient_id}/truth?{query}")
        if status != 200:
            raise RuntimeError(answer["error"])
        return dict(zip(answer["time"], answer["mg_dl"], strict=True))

    def set_clock(self, **setting: Any) -> dict[str, Any]:
        """Set ``now`` or ``speed``."""
        return dict(self.call("POST", "/_sim/clock", setting)[1])

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        """The log of vendor requests."""
        return list(self.call("GET", f"/_sim/requests?{urlencode(filters)}")[1])

    def fault(
        self, kind: str, account: str | None = None, path: str | None = None, count: int | None = None, **params: Any
    ) -> dict[str, Any]:
        """Set a fault; what the admin API answers, with its id."""
        body = {"kind": kind, "account": account, "path": path, "count": count, "params": params}
        return self._created("/_sim/faults", body)

    def move_patient(self, patient_id: str, to_account: str) -> dict[str, Any]:
        """Let another account follow a patient: the fault ``patient_moved``, whose parameter is an account too."""
        params = {"patient": patient_id, "account": to_account}
        return self._created("/_sim/faults", {"kind": "patient_moved", "params": params})

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are still set."""
        return list(self.call("GET", "/_sim/faults")[1])

    def clear_faults(self, account: str | None = None) -> None:
        """Remove all faults, or those of one account."""
        query = "" if account is None else f"?{urlencode({'account': account})}"
        self.call("DELETE", f"/_sim/faults{query}")

    def set_password(self, account: str, password: str) -> None:
        """Change an account's password; its tokens stay valid."""
        self._changed(account, "password", {"password": password})

    def set_region(self, account: str, region: str) -> None:
        """Move an account to another region at once."""
        self._changed(account, "region", {"region": region})

    def revoke_tokens(self, account: str) -> None:
        """End every token of an account."""
        self._changed(account, "revoke", {})

    def _changed(self, account: str, what: str, body: dict[str, Any]) -> None:
        self._posted(f"/_sim/accounts/{quote(account)}/{what}", body, 200)

    def _created(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._posted(path, body, 201)

    def _posted(self, path: str, body: dict[str, Any], expected: int) -> dict[str, Any]:
        status, answer = self.call("POST", path, body)
        if status != expected:
            raise RuntimeError(f"{status}: {answer['error']}")
        return dict(answer)

    def _ready_line(self) -> str:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if "ready" not in line:
            raise RuntimeError(f"the simulator ended with status {self._process.wait()}")
        return line

    def _ended(self) -> int:
        status = self._process.wait(timeout=10)
        if self._process.stdout:
            self._process.stdout.close()
        return status
