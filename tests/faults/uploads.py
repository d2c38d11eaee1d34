"""A client that posts readings without a pause and writes down every one that was acknowledged."""

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from client.saude_ia import SaudeIA, SaudeIAError, UploadedReadingRequest
from tests.faults.stage import Stage
from tests.faults.waiting import until

BATCH = 20
ERA = int(datetime(2003, 3, 1, tzinfo=UTC).timestamp())
Batch = list[tuple[int, int]]


class Uploader(threading.Thread):
    """Posts batches for one patient; one that was not answered is posted again, with the same key, until it is."""

    def __init__(self, stage: Stage, patient_id: str, make: Callable[[int], Batch], cadence_minutes: int) -> None:
        super().__init__(name=f"uploads for {patient_id}", daemon=True)
        self.patient_id = patient_id
        self._stage, self._make, self.cadence_minutes = stage, make, cadence_minutes
        self.acknowledged: dict[int, int] = {}
        self.stored = self.duplicates = self.refused = self.repeated = 0
        self._go, self._ended = threading.Event(), threading.Event()
        self._idle = threading.Event()
        self._pause = threading.Event()

    def run(self) -> None:
        """Until stopped; a batch is finished before a pause."""
        number = 0
        with self._stage.api() as api:
            while not self._ended.is_set():
                if not self._go.wait(0.05):
                    self._idle.set()
                    continue
                self._idle.clear()
                self._post(api, self._make(number))
                number += 1

    def resume(self) -> None:
        """Post on."""
        self._idle.clear()
        self._go.set()

    def settle(self, seconds: float) -> None:
        """Pause once the batch on its way is acknowledged; NotInTime where it is not."""
        self._go.clear()
        until(self._idle.is_set, seconds, f"an answer to an upload for {self.patient_id}", 0.02)

    def stop(self) -> None:
        """Post no more, answered or not."""
        self._ended.set()
        self.join(60)

    def _post(self, api: SaudeIA, batch: Batch) -> None:
        key = str(uuid4())
        cadence = 1 if self.cadence_minutes == 1 else 5
        readings: list[UploadedReadingRequest] = [
            {"time": datetime.fromtimestamp(time, UTC).isoformat(), "value": mg_dl, "cadence_minutes": cadence}  # type: ignore[typeddict-item]
            for time, mg_dl in batch
        ]
        while not self._ended.is_set():
            try:
                told = api.readings_create(self.patient_id, {"readings": readings}, idempotency_key=key)
            except SaudeIAError:
                self.repeated += 1
                self._pause.wait(0.1)
                continue
            refused = {one["index"] for one in told["rejected"]}
            self.acknowledged |= dict(one for index, one in enumerate(batch) if index not in refused)
            self.stored += told["stored"]
            self.duplicates += told["duplicates"]
            self.refused += len(refused)
            return


def of_an_era(seed: int) -> Callable[[int], Batch]:
    """Batches of readings a minute apart, in an era that nobody else tells of, one after the other."""
    chance = random.Random(seed)

    def make(number: int) -> Batch:
        first = ERA + number * BATCH * 60
        return [(first + minute * 60, chance.randint(50, 300)) for minute in range(BATCH)]

    return make


def of_the_same_hours(seed: int) -> Callable[[int], Batch]:
    """Batches of a few readings within the last hours, where the sync stores too."""
    chance = random.Random(seed)

    def make(_number: int) -> Batch:
        now = int(datetime.now(UTC).timestamp())
        return [(now - chance.randrange(6 * 3600), chance.randint(50, 300)) for _ in range(3)]

    return make
