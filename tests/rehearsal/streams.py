"""An open stream of new readings, and somebody who sends what it has to tell."""

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from tests.rehearsal.clinic import Clinic
from tests.rehearsal.sender import Sender
from tests.rehearsal.tally import Tally


class Listener(threading.Thread):
    """Reads events; goes on after the last one where it is allowed to end, else an end is a failure."""

    def __init__(self, clinic: Clinic, tally: Tally) -> None:
        super().__init__(name="stream", daemon=True)
        self._http, self._tally = clinic.sender(tally).http, tally
        self._ended = threading.Event()
        self._since: str | None = None
        self.may_end = threading.Event()
        self.told: set[str] = set()
        self.opened = self.resets = 0

    def run(self) -> None:
        """Until stopped."""
        while not self._ended.is_set():
            at, wrong = time.monotonic(), ""
            try:
                self._listen()
            except httpx.HTTPError as error:
                wrong = f"{type(error).__name__}: {error}"
            allowed = self._ended.is_set() or self.may_end.is_set()
            self._tally.note("stream", at, failure="" if allowed else f"ended: {wrong or 'at its end'}")
            self._ended.wait(0.2)

    def _listen(self) -> None:
        headers = {"Last-Event-ID": self._since} if self._since else {}
        with self._http.stream("GET", "/api/v1/readings/stream/", headers=headers, timeout=40) as answer:
            if answer.status_code != 200:
                raise httpx.HTTPError(f"{answer.status_code}")
            self.opened += 1
            for line in answer.iter_lines():
                self._note(line)
                if self._ended.is_set():
                    return

    def _note(self, line: str) -> None:
        name, _, value = line.partition(": ")
        if name == "id":
            self._since = value
        elif name == "event":
            self.resets += value == "reset"
        elif name == "data" and value.startswith("{"):
            told: dict[str, Any] = json.loads(value)
            self.told.add(f"{told['patient']['id']} {told['time']}")

    def stop(self) -> None:
        """At the next line: each sign of life is one."""
        self._ended.set()


class Newest:
    """Sends a reading of now, again and again; each is to be told by the stream."""

    def __init__(self, clinic: Clinic, tally: Tally) -> None:
        self._sender: Sender = clinic.sender(tally)
        self._patients = clinic.patients[4:]
        self.sent: list[str] = []

    def act(self) -> Callable[[int], None]:
        """One, three minutes after the one before of the same patient, so that each is the newest."""
        start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=55)

        def send(number: int) -> None:
            turn, which = divmod(number, len(self._patients))
            moment = start + timedelta(minutes=turn)
            if moment > datetime.now(UTC):
                return
            time_text = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
            answer = self._sender.write(
                "post the newest",
                "POST",
                f"/api/v1/patients/{self._patients[which]}/readings/",
                (200, 201),
                json={"readings": [{"time": time_text, "value": 100 + number % 80, "cadence_minutes": 1}]},
                headers={"Idempotency-Key": str(uuid4())},
            )
            if answer is not None and answer.json()["stored"]:
                self.sent.append(f"{self._patients[which]} {time_text}")

        return send
