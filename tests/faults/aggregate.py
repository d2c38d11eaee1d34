"""The daily aggregate against the same sums made from the raw readings."""

import time

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from embedded.redis import redis_url
from tests.faults.checks import Checked
from tests.faults.stage import Stage
from tests.faults.waiting import NotInTime, until

COLUMNS = "patient_id, bucket, local_date, readings, minutes, total, lowest, highest"
RAW = """
SELECT patient_id, time_bucket('1 day', time) AS bucket,
    ((time AT TIME ZONE 'UTC') + utc_offset_minutes * INTERVAL '1 minute')::date AS local_date,
    count(*)::int AS readings, sum(cadence_minutes)::int AS minutes, sum(mg_dl)::int AS total,
    min(mg_dl) AS lowest, max(mg_dl) AS highest
FROM reading WHERE NOT excluded GROUP BY 1, 2, 3
"""
DIFFERING = f"""
(SELECT {COLUMNS} FROM ({RAW}) AS raw EXCEPT SELECT {COLUMNS} FROM reading_day)
UNION ALL (SELECT {COLUMNS} FROM reading_day EXCEPT SELECT {COLUMNS} FROM ({RAW}) AS raw)
"""  # noqa: S608 - constants only

# What a clock that was ahead noted of today, or of tomorrow, is settled when that is over.
PENDING = "SELECT count(*) FROM late_range WHERE last_time < date_trunc('day', now(), 'UTC')"


def aggregate(stage: Stage, seconds: float) -> Checked:
    """Once the late ranges are refreshed, every day is the sum of its readings."""
    _refresh_now(stage)
    began = time.monotonic()
    try:
        until(lambda: not _pending(stage), seconds, "late ranges to be refreshed", pause=0.5)
    except NotInTime as error:
        return Checked("daily aggregate", f"{error}: {_pending(stage)} are left")
    differing = stage.rows(DIFFERING)
    waited = time.monotonic() - began
    return Checked("daily aggregate", f"{len(differing)} days differ after {waited:.0f} s" if differing else "")


def _pending(stage: Stage) -> int:
    [(left,)] = stage.rows(PENDING)
    return int(left)


def _refresh_now(stage: Stage) -> None:
    """The scheduler sends it every minute; nobody has to wait for that."""
    broker = RedisBroker(url=redis_url(stage.state.redis_port, stage.state.redis_password))  # type: ignore[no-untyped-call]
    message: dramatiq.Message[None] = dramatiq.Message(
        queue_name="default", actor_name="refresh_late_ranges", args=(), kwargs={}, options={}
    )
    broker.enqueue(message)
    broker.close()
