"""A steady mixed load: readers who want each answer at once, and writers who remember what they were told is done."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from tests.libreview_files import series
from tests.rehearsal.clinic import Clinic
from tests.rehearsal.ledger import Ledger
from tests.rehearsal.sender import Sender
from tests.rehearsal.tally import Tally

READERS: Final = 4
READS_A_SECOND: Final = 2.0  # of each reader
BATCH: Final = 5
ERA: Final = datetime(2004, 5, 1, tzinfo=UTC)


class Worker(threading.Thread):
    """Does something again and again, each time with the next number, until it is told to end."""

    def __init__(self, name: str, act: Callable[[int], None], seconds: float) -> None:
        super().__init__(name=name, daemon=True)
        self._act, self._seconds = act, seconds
        self._ended = threading.Event()
        self.error: Exception | None = None

    def run(self) -> None:
        """What was due while the last one took long is left out."""
        number, due = 0, time.monotonic()
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            due = max(due + self._seconds, time.monotonic())
            try:
                self._act(number)
            except Exception as error:
                self.error = error
                return
            number += 1

    def stop(self) -> None:
        """After what it does now."""
        self._ended.set()


def workers(clinic: Clinic, tally: Tally, ledger: Ledger) -> list[Worker]:
    """Everybody, not started."""
    found = [
        Worker(f"reader {number}", reader(clinic.sender(tally), clinic.patients, number), 1 / READS_A_SECOND)
        for number in range(READERS)
    ]
    writer = (clinic.sender(tally) for _ in range(5))
    found.append(Worker("readings", readings(next(writer), clinic.patients[0], ledger), 1.0))
    found.append(Worker("notes", notes(next(writer), clinic.patients[1], ledger), 1.0))
    found.append(Worker("changes", changes(next(writer), clinic.patients[2], ledger), 2.0))
    found.append(Worker("comings and goings", comings_and_goings(next(writer), ledger), 4.0))
    found.append(Worker("uploads", uploads(next(writer), clinic.patients[3], ledger), 5.0))
    return found


def reader(sender: Sender, patients: Sequence[str], seed: int) -> Callable[[int], None]:
    """Lists, a patient, readings, statistics, the clinic, the documentation."""
    chance = random.Random(seed)

    def act(_number: int) -> None:
        patient = f"/api/v1/patients/{chance.choice(patients)}/"
        kind, path = chance.choice(
            (
                ("list", "/api/v1/patients/?search=Zenobia"),
                ("list", "/api/v1/patients/"),
                ("patient", patient),
                ("readings", f"{patient}readings/?days=1"),
                ("columns", f"{patient}readings/?days=14&layout=columns"),
                ("statistics", f"{patient}statistics/?days=14"),
                ("daily", f"{patient}daily/?days=14"),
                ("latest", "/api/v1/readings/latest/?per_patient=true"),
                ("definitions", "/api/v1/definitions/"),
                ("document", "/api/schema/"),
                ("page", "/api/docs/"),
            )
        )
        sender.read(kind, path)

    return act


def readings(sender: Sender, patient: str, ledger: Ledger) -> Callable[[int], None]:
    """Batches that nobody else sends, each under a key; stored twice would be told as duplicates."""

    def act(number: int) -> None:
        times = [ERA + timedelta(minutes=5 * (number * BATCH + step)) for step in range(BATCH)]
        values = {int(time.timestamp()): 60 + (number * 7 + step) % 200 for step, time in enumerate(times)}
        body = [
            {"time": datetime.fromtimestamp(at, UTC).isoformat(), "value": value, "cadence_minutes": 5}
            for at, value in values.items()
        ]
        answer = sender.write(
            "post readings",
            "POST",
            f"/api/v1/patients/{patient}/readings/",
            (200, 201),
            json={"readings": body},
            headers={"Idempotency-Key": str(uuid4())},
        )
        if answer is not None:
            ledger.readings |= values
            ledger.duplicates += answer.json()["duplicates"]

    return act


def notes(sender: Sender, patient: str, ledger: Ledger) -> Callable[[int], None]:
    """Notes under a key: one that was applied twice would be there twice."""

    def act(number: int) -> None:
        answer = sender.write(
            "post a note",
            "POST",
            f"/api/v1/patients/{patient}/notes/",
            (201,),
            json={"text": f"note {number}"},
            headers={"Idempotency-Key": str(uuid4())},
        )
        if answer is not None:
            ledger.notes.append(f"note {number}")

    return act


def changes(sender: Sender, patient: str, ledger: Ledger) -> Callable[[int], None]:
    """PATCH and PUT: sent again they say the same."""
    profile = f"/api/v1/patients/{patient}/health-profile/"

    def act(number: int) -> None:
        told = sender.write(
            "patch", "PATCH", f"/api/v1/patients/{patient}/", (200,), json={"external_ref": f"C-{number}"}
        )
        if told is not None:
            ledger.reference = f"C-{number}"
        if sender.write("put", "PUT", profile, (200, 201), json={"carb_ratio_g_per_unit": 5 + number}) is not None:
            ledger.carb_ratio = 5 + number

    return act


def comings_and_goings(sender: Sender, ledger: Ledger) -> Callable[[int], None]:
    """A patient is made and taken out again; where the answer to DELETE was lost, the next one says 404."""

    def act(number: int) -> None:
        body = {"name": f"Passante {number}", "timezone": "UTC"}
        key = {"Idempotency-Key": str(uuid4())}
        answer = sender.write("post a patient", "POST", "/api/v1/patients/", (201,), json=body, headers=key)
        if answer is not None:
            ledger.made += 1
            path = f"/api/v1/patients/{answer.json()['id']}/"
            gone = sender.write("delete", "DELETE", path, (204,), already=lambda: _is_gone(sender, path))
            ledger.left += gone is not None or _is_gone(sender, path)

    return act


def uploads(sender: Sender, patient: str, ledger: Ledger) -> Callable[[int], None]:
    """Files, which have no key: after a lost answer the list of imports tells whether it came."""

    def act(number: int) -> None:
        start = datetime(2005, 1, 1) + timedelta(days=number)  # noqa: DTZ001 - the device's own clock
        content = series([start + timedelta(minutes=15 * step) for step in range(96)], 110, 120, 130)
        before = _imports(sender)
        sender.write(
            "upload",
            "POST",
            "/api/v1/imports/",
            (202,),
            already=lambda: _imports(sender) > before,
            files={"file": (f"{number}.csv", content, "text/csv")},
            data={"patient": patient, "timezone": "America/Sao_Paulo", "dry_run": "true"},
        )
        ledger.uploads += 1

    return act


def _is_gone(sender: Sender, path: str) -> bool:
    return sender.http.get(path).status_code == 404


def _imports(sender: Sender) -> int:
    return len(sender.http.get("/api/v1/imports/?page_size=1000").json()["results"])
