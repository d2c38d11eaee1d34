"""What is stored against what is true: nobody else's, nothing twice, nothing missing of what the vendor showed."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from glucose.coverage import Ranges, both, united, without
from glucose.models import Gap, GapLedger, LatestReading, Reading, Sensor, SourceAccount
from glucose.selectors.gaps import expected_of, missing_of
from simulator.process import SimulatorProcess
from tests.week.record import Asked, Record
from tests.week.stage import Person, Stage

Ints = NDArray[np.int64]
MINUTE_MS: Final = 60_000
HALF_CADENCE_MS: Final = 150_000
# A graph's point lies up to two seconds after the measurement, the odd one of `repeated_time` one more.
JITTERS_MS: Final = (0, 1_000, 2_000, 3_000)
# What every graph shows, wherever its grid lies.
GRAPH_MS: Final = (-(11 * 60 + 57) * MINUTE_MS, -18 * MINUTE_MS)
ODD_MG_DL: Final = 25
# A sensor warms up for an hour; its first reading comes up to a cadence later.
FIRST_HOUR_SECONDS: Final = 65 * 60
# The logbook goes that far back.
TRUTH_BEFORE_MS: Final = 15 * 24 * 60 * MINUTE_MS


@dataclass(slots=True)
class Shown:
    """Of a person, when a list or a graph that hid nothing was read by a visit that lived to store it."""

    lists_ms: list[int] = field(default_factory=list)
    graphs_ms: list[int] = field(default_factory=list)


def shown_to_us(record: Record) -> dict[str, Shown]:
    """By the vendor's id of those who were linked then."""
    found: dict[str, Shown] = defaultdict(Shown)
    for asked in record.asked:
        visited = record.visits.get(asked.at_ms)
        if visited is None or not asked.shows_truth() or not visited.ended.startswith(("stored", "refused")):
            continue
        if asked.call == "connections":
            for vendor_id in visited.linked:
                found[vendor_id].lists_ms.append(asked.at_ms)
        elif asked.call == "graph" and (vendor_id := _whose(asked)) in visited.linked:
            found[vendor_id].graphs_ms.append(asked.at_ms)
    return found


def _whose(asked: Asked) -> str:
    return asked.path.rsplit("/", 2)[-2]


def check_readings(
    record: Record, stage: Stage, vendor: SimulatorProcess, start_ms: int, end_ms: int
) -> dict[str, float]:
    """Check every person's readings; what was counted."""
    shown, counted = shown_to_us(record), {"readings stored": 0, "points shown": 0, "hours lost": 0.0, "gaps": 0}
    for person in stage.people.values():
        rows = Reading.objects.filter(patient_id=person.patient_id).order_by("time")
        stored = list(rows.values_list("time", "mg_dl", "out_of_range"))
        times = np.array([round(time.timestamp() * 1000) for time, _, _ in stored], dtype=np.int64)
        true = vendor.truth(person.vendor_id, start_ms - TRUTH_BEFORE_MS, end_ms + 1)
        _check_stored(record, person, true, list(zip(times.tolist(), (row[1:] for row in stored), strict=True)))
        record.check(bool((np.diff(times) >= HALF_CADENCE_MS).all()), f"{person.vendor_id}: two tell the same minutes")
        counted["readings stored"] += len(stored)
        if not person.moved:
            counted["points shown"] += _check_shown(record, person, true, times, shown[person.vendor_id])
        _check_latest(record, person, times)
        gaps, seconds = _check_ledger(record, person)
        counted["gaps"] += gaps
        counted["hours lost"] += seconds / 3600
    return counted


def _check_stored(
    record: Record, person: Person, true: dict[int, int], stored: list[tuple[int, tuple[int, int]]]
) -> None:
    for at_ms, (mg_dl, beyond) in stored:
        told = {true.get(at_ms - jitter) for jitter in JITTERS_MS} - {None}
        right = mg_dl in told or mg_dl - ODD_MG_DL in told or bool(told and beyond)
        record.check(right, f"{person.vendor_id}: {mg_dl} mg/dL at {at_ms} is not theirs ({sorted(told, key=str)})")


def _check_shown(record: Record, person: Person, true: dict[int, int], stored: Ints, shown: Shown) -> int:
    """How many points the vendor showed; each is stored, or one that tells the same minutes."""
    points = np.array(sorted(true), dtype=np.int64)
    seen = np.zeros(len(points), dtype=bool)
    for at_ms in shown.graphs_ms:
        low, high = np.searchsorted(points, (at_ms + GRAPH_MS[0], at_ms + GRAPH_MS[1]))
        seen[low:high] = True
    for at_ms in shown.lists_ms:
        newest = int(np.searchsorted(points, at_ms, side="right")) - 1
        seen[max(newest, 0)] |= newest >= 0
    for at_ms in points[seen].tolist():
        near = np.searchsorted(stored, (at_ms - HALF_CADENCE_MS, at_ms + HALF_CADENCE_MS))
        record.check(bool(near[1] > near[0]), f"{person.vendor_id}: what was shown of {at_ms} is not stored")
    return int(seen.sum())


def _check_latest(record: Record, person: Person, times: Ints) -> None:
    latest = LatestReading.objects.filter(patient_id=person.patient_id).first()
    newest = round(latest.time.timestamp() * 1000) if latest else None
    record.check(newest == (int(times[-1]) if len(times) else None), f"{person.vendor_id}: another one is the latest")


def _check_ledger(record: Record, person: Person) -> tuple[int, int]:
    """That what is open or lost is what is missing, and that nothing overlaps; rows and seconds that are lost."""
    ledger = GapLedger.objects.filter(patient_id=person.patient_id).first()
    latest = LatestReading.objects.filter(patient_id=person.patient_id).first()
    record.check(ledger is not None and latest is not None, f"{person.vendor_id}: no ledger")
    if ledger is None or latest is None:
        return 0, 0
    rows = list(Gap.objects.filter(patient_id=person.patient_id).order_by("start"))
    apart = all(one.end <= other.start for one, other in pairwise(rows))
    record.check(apart, f"{person.vendor_id}: gaps overlap")
    window = int(ledger.since.timestamp()), int(latest.time.timestamp())
    told = united(_ranges([row for row in rows if row.state != "filled"]))
    missing = united(both(missing_of(person.patient_id, *window), expected_of(person.patient_id, *window)))
    unsure = _first_hours(person)
    differs = [*without(without(told, missing), unsure).tolist(), *without(without(missing, told), unsure).tolist()]
    record.check(not differs, f"{person.vendor_id}: the ledger and what is missing differ in {differs[:4]}")
    lost = [row for row in rows if row.state == "lost"]
    return len(rows), sum(int((row.end - row.start).total_seconds()) for row in lost)


def _first_hours(person: Person) -> Ranges:
    """Around each sensor's first hour: what is expected then changed if it became known later (ADR 54)."""
    begun = Sensor.objects.filter(patient_id=person.patient_id).exclude(activated_at=None)
    starts = [int(sensor.activated_at.timestamp()) for sensor in begun if sensor.activated_at]
    return np.array([(at, at + FIRST_HOUR_SECONDS) for at in starts], dtype=np.int64).reshape(-1, 2)


def _ranges(rows: list[Gap]) -> Ranges:
    bounds = [(int(row.start.timestamp()), int(row.end.timestamp())) for row in rows]
    return np.array(bounds, dtype=np.int64).reshape(-1, 2)


def check_accounts(record: Record, stage: Stage) -> None:
    """All of them are well again, and what is linked is synced."""
    for account in SourceAccount.objects.filter(id__in=[follower.id for follower in stage.followers]):
        record.check(account.state == "active", f"account {account.email}: {account.state} ({account.state_detail})")
        record.check(account.failures == 0, f"account {account.email}: {account.failures} refusals in a row")
