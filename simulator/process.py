"""A simulator in a process of its own, and the admin API from Python: for tests and demonstrations."""

from typing import Any
from urllib.parse import quote, urlencode

from simulator.running import RunningProcess


class SimulatorProcess(RunningProcess):
    """Starts ``python -m simulator`` with the given options on a free port; use it in a ``with``."""

    module = "simulator"

    def region_url(self, region: str) -> str:
        """What stands for ``https://api-{region}.libreview.io``."""
        return f"{self.url}/{region}"

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
        return self._truth(f"/_sim/patients/{patient_id}/truth", start=start, end=end, **more)

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
