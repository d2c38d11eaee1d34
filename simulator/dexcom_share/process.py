"""A simulated Dexcom Share in a process of its own, and its admin API from Python."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from simulator.running import RunningProcess


class DexcomShareProcess(RunningProcess):
    """Starts ``python -m simulator.dexcom_share`` with the given options on a free port; use it in a ``with``."""

    module = "simulator.dexcom_share"

    def create_account(self, username: str, password: str, **more: Any) -> dict[str, Any]:
        """Create an account; what the admin API answers."""
        return self._created("/_sim/accounts", {"username": username, "password": password, **more})

    def inject(self, username: str, readings: Sequence[tuple[Any, float]], visible_after: Any = None) -> None:
        """Put ``(time, mg/dL)`` into a person's truth."""
        rows = [{"time": time, "mg_dl": mg_dl} for time, mg_dl in readings]
        body = {"readings": rows, "visible_after": visible_after}
        self._created(f"/_sim/accounts/{quote(username, safe='')}/readings", body)

    def truth(self, username: str, start: Any, end: Any) -> dict[int, int]:
        """A person's truth in ``[start, end)``: mg/dL by epoch milliseconds."""
        return self._truth(f"/_sim/accounts/{quote(username, safe='')}/truth", start=start, end=end)

    def fault(self, kind: str, **more: Any) -> None:
        """Set a fault."""
        self._created("/_sim/faults", {"kind": kind, **more})

    def clear_faults(self) -> None:
        """Take all faults away."""
        self.call("DELETE", "/_sim/faults")
