"""`make demo ARGS=--check`: a reading injected at the vendor reaches the API, and the last day is the truth."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from client.saude_ia import SaudeIA, Stream
from embedded.demo.seed import DemoFailed, Followed, sync, wait_for
from embedded.demo.vendor import call

HALF_CADENCE_MS = 150_000
MARGIN_MS = 100_000
DAY = timedelta(days=1)
# The vendor's history lags by about 17 minutes, and is fetched again once it has caught up.
LAG = timedelta(minutes=30)
# Of which an open stream sends one every 15 s.
PATIENT_SIGNS_OF_LIFE = 3


def check(url: str, simulator: str, password: str, followed: Sequence[Followed], say: Callable[[str], None]) -> None:
    """Do both; DemoFailed says what is wrong."""
    one, moment = wait_for("a moment between two readings", lambda: _free_moment(simulator, followed), seconds=300)
    with SaudeIA(url, one.clinic.username("clinician"), password) as api:
        mg_dl = 111 if _newest(api, one) != 111 else 112
        with api.readings_stream() as stream:
            call(
                "POST",
                f"{simulator}/_sim/patients/{one.person.vendor_id}/readings",
                {"readings": [{"time": moment, "mg_dl": mg_dl}]},
            )
            with SaudeIA(url, one.clinic.username("admin"), password) as admin:
                sync(admin, one.account_id)
            wait_for("the injected reading", lambda: _newest(api, one) == mg_dl, seconds=20)
            _await_event(stream, one, mg_dl)
    say(f"check: {mg_dl} mg/dL, injected at the vendor for {one.person.first_name}, is the latest reading of the API")
    say("check: and an event of the stream of new readings")
    for clinic in {each.clinic.name: each.clinic for each in followed}.values():
        with SaudeIA(url, clinic.username("admin"), password) as admin:
            for each in followed:
                if each.clinic is clinic:
                    say("check: " + _compare(admin, simulator, each))


def _await_event(stream: Stream, one: Followed, mg_dl: float) -> None:
    """Return once the stream tells the reading; DemoFailed where it only shows that it lives."""
    patience = PATIENT_SIGNS_OF_LIFE
    for line in stream.lines():
        if line.startswith("data: "):
            told = json.loads(line.removeprefix("data: "))
            if told.get("patient", {}).get("id") == one.patient_id and told["value"] == mg_dl:
                return
        patience -= line.startswith(":")
        if not patience:
            break
    raise DemoFailed(f"the stream of new readings does not tell {mg_dl} mg/dL for {one.person.first_name}")


def _free_moment(simulator: str, followed: Sequence[Followed]) -> tuple[Followed, str] | None:
    """Somebody of the clinician's whose newest reading is half a cadence old, and the moment just then."""
    now = datetime.now(UTC)
    for one in followed:
        if not one.person.assigned:
            continue
        truth = _truth(simulator, one, now - timedelta(minutes=20), now)
        # Early enough, so that it is still the newest when the vendor is asked.
        if truth and HALF_CADENCE_MS <= now.timestamp() * 1000 - max(truth) < HALF_CADENCE_MS + MARGIN_MS:
            moment = datetime.fromtimestamp((max(truth) + HALF_CADENCE_MS) / 1000, UTC)
            return one, moment.isoformat()
    return None


def _newest(api: SaudeIA, one: Followed) -> float | None:
    latest = api.readings_latest_of_patient(one.patient_id)
    return latest["value"] if latest else None


def _compare(api: SaudeIA, simulator: str, one: Followed) -> str:
    """Each minute that the vendor knows is told by one reading with the same value, and by none else."""
    end = datetime.now(UTC) - LAG
    start = end - DAY
    truth = _truth(simulator, one, start, end)
    margin = timedelta(minutes=5)
    columns = api.readings_columns(one.patient_id, start - margin, end + margin)
    served = dict(zip(columns["time"], columns["value"], strict=True))
    wrong = [time for time, mg_dl in truth.items() if not _told(served, time, mg_dl)]
    first, last = start.timestamp() * 1000, end.timestamp() * 1000
    around = _truth(simulator, one, start - 2 * margin, end + 2 * margin)
    invented = [
        time for time in served if first <= time < last and not any(abs(time - t) < HALF_CADENCE_MS for t in around)
    ]
    if wrong or invented:
        raise DemoFailed(
            f"the last day of {one.person.first_name}: {len(wrong)} of {len(truth)} readings are missing or differ,"
            f" {len(invented)} are invented"
        )
    return f"{len(truth)} readings of the last day are as the vendor tells them for {one.person.first_name}"


def _told(served: dict[int, float], time: int, mg_dl: int) -> bool:
    return any(abs(other - time) <= 2_000 and value == mg_dl for other, value in served.items())


def _truth(simulator: str, one: Followed, start: datetime, end: datetime) -> dict[int, int]:
    query = f"start={_z(start)}&end={_z(end)}"
    truth = call("GET", f"{simulator}/_sim/patients/{one.person.vendor_id}/truth?{query}")
    return dict(zip(truth["time"], truth["mg_dl"], strict=True))


def _z(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
