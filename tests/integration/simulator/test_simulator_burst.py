"""Many requests at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from pylibrelinkup import PyLibreLinkUp

from simulator.process import SimulatorProcess

PROFILES = ["meeting_targets", "very_low", "any_high", "low_use"]


class TestBurst:
    def test_two_thousand_requests_are_answered_within_ten_seconds(
        self, simulator: SimulatorProcess, client: PyLibreLinkUp, new_patient: Any
    ) -> None:
        traces = [{"kind": "generator", "profile": profile} for profile in PROFILES]
        ids = [new_patient(trace=trace)["id"] for trace in traces]
        paths = ["/eu2/llu/connections", *(f"/eu2/llu/connections/{id}/graph" for id in ids)]

        def ask(worker: int) -> set[int]:
            connection = HTTPConnection(urlsplit(simulator.url).netloc, timeout=30)
            statuses = set()
            for n in range(250):
                connection.request("GET", paths[n % len(paths)], headers=client._get_headers())
                response = connection.getresponse()
                response.read()
                statuses.add(response.status)
            connection.close()
            return statuses

        start = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            statuses = set().union(*pool.map(ask, range(8)))

        assert statuses == {200}
        assert time.monotonic() - start < 10
