"""People whose glucose falls and rises while faults happen, and a clinic's program that is told of it."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from client.saude_ia import SaudeIA, UploadedReadingRequest
from tests.faults.stage import Stage
from tests.integration.outbox.receiver import Receiver

EVENTS: Final = ("opened", "closed")
# mg/dL by minutes ago: urgently low for some minutes, by two readings.
FALL: Final = ((20, 110), (15, 100), (10, 80), (5, 50), (3, 49))
ALERTS: Final = """
SELECT a.id::text, a.patient_id::text, a.kind, a.told_at IS NOT NULL, a.closed_at IS NOT NULL
FROM analytics_alert AS a ORDER BY a.id
"""
ENTRIES: Final = "SELECT kind, key, lane, state, error FROM work_outboxentry ORDER BY id"


class Alarms:
    """Whose glucose fell, and what the receiver was told: it does once what a key says."""

    def __init__(self, stage: Stage, api: SaudeIA, receiver: Receiver) -> None:
        self._stage, self._api, self._receiver = stage, api, receiver
        events = [f"alert.{what}" for what in EVENTS]
        self._webhook = api.webhooks_create({"url": receiver.url, "events": events})["id"]  # type: ignore[typeddict-item]
        self.low: list[str] = []
        self._still_low: list[str] = []

    def fall(self) -> None:
        """Somebody becomes urgently low just now."""
        patient = self._api.patients_create({"name": "Low", "timezone": "UTC"})["id"]
        self._post(patient, *FALL)
        self.low.append(patient)
        self._still_low.append(patient)

    def rise(self) -> None:
        """Everybody who is low is back in range."""
        while self._still_low:
            self._post(self._still_low[-1], (0, 110))
            self._still_low.pop()

    def awaited(self) -> list[str]:
        """What the receiver was not told yet, of those who are low and of every other alert; what waits to be sent."""
        done = set(self._receiver.done)
        alerts = self._stage.rows(ALERTS)
        urgent = Counter(patient for _, patient, kind, told, _ in alerts if told and kind == "urgent_low")
        return [
            *(f"the alarm of {patient}" for patient in self.low if not urgent[patient]),
            *(key for key in self._due(alerts) if key not in done),
            *(f"{kind} {key}" for kind, key, _, state, _ in self._stage.rows(ENTRIES) if state == "waiting"),
        ]

    def wrong(self) -> list[str]:
        """What was told twice, of nothing, or out of its order; what is not delivered."""
        entries = self._stage.rows(ENTRIES)
        return [*self._keys(), *self._told(entries), *(order(entries, self._receiver.done))]

    def told(self) -> Counter[str]:
        """Requests, and what they said."""
        return Counter(requests=len(self._receiver.requests), events=len(self._receiver.done))

    def _due(self, alerts: list[tuple[str, str, str, bool, bool]]) -> Iterator[str]:
        for alert, _, _, told, closed in alerts:
            if told:
                yield f"alert:{alert}:opened:{self._webhook}"
            if told and closed:
                yield f"alert:{alert}:closed:{self._webhook}"

    def _keys(self) -> Iterator[str]:
        """Each who was low, by as many keys as there were episodes: one."""
        keys: defaultdict[str, set[str]] = defaultdict(set)
        for headers, body in self._receiver.requests:
            told = json.loads(body)
            if told["type"] == "alert.opened" and told["data"]["kind"] == "urgent_low":
                keys[told["data"]["patient"]].add(headers["webhook-id"])
        for patient in self.low:
            if len(keys[patient]) != 1:
                yield f"{patient} was low once, and told by {len(keys[patient])} keys"

    def _told(self, entries: list[tuple[str, ...]]) -> Iterator[str]:
        known = {key for _, key, _, _, _ in entries}
        done = Counter(self._receiver.done)
        yield from (f"{key} was told of nothing" for key in done if key not in known)
        yield from (f"{key} was done {times} times" for key, times in done.items() if times > 1)
        for kind, key, _, state, error in entries:
            if state != "delivered":
                yield f"{kind} {key} is {state}: {error}"

    def _post(self, patient: str, *ago: tuple[int, int]) -> None:
        now = datetime.now(UTC)
        readings: list[UploadedReadingRequest] = [
            {"time": (now - timedelta(minutes=minutes)).isoformat(), "value": mg_dl, "cadence_minutes": 1}
            for minutes, mg_dl in ago
        ]
        rejected = self._api.readings_create(patient, {"readings": readings})["rejected"]
        if rejected:
            raise RuntimeError(f"readings of somebody who is low were rejected: {rejected}")


def order(entries: Iterable[tuple[str, ...]], done: Iterable[str]) -> Iterator[str]:
    """Where the receiver had two of a lane the other way round than they were committed."""
    places = {key: place for place, key in enumerate(done)}
    last: dict[str, str] = {}
    for kind, key, lane, _, _ in entries:
        if kind != "webhook" or key not in places:
            continue
        if lane in last and places[key] < places[last[lane]]:
            yield f"{key} was told before {last[lane]}"
        last[lane] = key
