"""Traces as a clinic's sensors give them: the same on every run."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from bench.intervals import described, resampled
from glucose.provenance import Source
from glucose.samples import Samples

SEED: Final = 20260302
# A Monday noon: chunks end on Thursdays (UTC), so the newest holds 4.5 days, the average over a week.
NOW: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAYS: Final = 90
CADENCE_SECONDS: Final = 300
SENSOR_DAYS: Final = 14
WARM_UP_READINGS: Final = 12
LOST_SHARE: Final = 0.015
UTC_OFFSET_MINUTES: Final = -180
# Change in mg/dL over one cadence from which on a trend is 2, 3, 4, 5.
TREND_EDGES: Final = (-10, -5, 5, 10)
# How long after its time the vendor and a poll each five minutes bring a reading.
DELAY_SECONDS: Final = (2, 302)


def about(lengths: str = f"{DAYS} days each", end: datetime = NOW) -> str:
    """What to print of a cohort."""
    return (
        f"seed {SEED}, {lengths} at 5 minutes up to {end:%Y-%m-%d %H:%M} UTC, a random walk with momentum"
        f" around 145 mg/dL, trend, a sensor of {SENSOR_DAYS} days with an hour of warm-up, {LOST_SHARE:.1%}"
        f" lost; {described()}"
    )


def cohort(
    patients: list[UUID], days: int = DAYS, end: datetime = NOW, *, seed: int = SEED, on_grid: bool = False
) -> Samples:
    """The samples of all patients before ``end``, patient by patient, each in the order of time.

    ``on_grid`` puts their times on whole five minutes, where else a sensor begins at any second and is not exact.
    """
    random = np.random.default_rng(seed)
    start = int((end - timedelta(days=days)).timestamp())
    values = _walks(random, len(patients), days)
    samples = Samples.joined(
        [_trace(random, patient, row, on_grid) for patient, row in zip(patients, values, strict=True)]
    )
    samples = replace(samples, time=start + samples.time)
    return samples[samples.time < int(end.timestamp())]


def delay_minutes(samples: Samples) -> NDArray[np.int64]:
    """After how many minutes, rounded up, each sample was received: each with a delay of its own; shape (n,)."""
    delays = np.random.default_rng(SEED).uniform(*DELAY_SECONDS, len(samples))
    return np.ceil(delays / 60).astype(np.int64)


def _walks(random: np.random.Generator, patients: int, days: int) -> NDArray[np.int64]:
    """mg/dL, shape (patients, readings): a change keeps most of the last one, a far value is drawn back."""
    readings = days * 86_400 // CADENCE_SECONDS
    pushes = random.normal(0, 1.9, (readings, patients))
    levels = np.empty((readings, patients))
    level, change = np.full(patients, 145.0), np.zeros(patients)
    for index, push in enumerate(pushes):
        change = 0.8 * change + push + 0.004 * (145 - level)
        level = np.clip(level + change, 40, 400)
        levels[index] = level
    return np.rint(levels).astype(np.int64).T


def _trace(random: np.random.Generator, patient: UUID, values: NDArray[np.int64], on_grid: bool) -> Samples:
    """One patient's samples, their times in seconds from the start on."""
    index = np.arange(len(values))
    each = SENSOR_DAYS * 86_400 // CADENCE_SECONDS
    worn = index // each
    sensors = np.frombuffer(random.bytes(16 * (int(worn[-1]) + 1)), dtype="V16")
    kept = (index % each >= WARM_UP_READINGS) & (random.random(len(values)) >= LOST_SHARE)
    exact = index * CADENCE_SECONDS
    real = int(random.integers(0, CADENCE_SECONDS)) + np.cumsum(resampled(random, len(values)))
    trends = np.searchsorted(TREND_EDGES, np.diff(values, prepend=values[0]), side="right") + 1
    return Samples(
        patient=np.full(len(values), np.frombuffer(patient.bytes, dtype="V16")[0], dtype="V16"),
        time=exact if on_grid else real,
        mg_dl=values,
        utc_offset_minutes=np.full(len(values), UTC_OFFSET_MINUTES),
        cadence_minutes=np.full(len(values), CADENCE_SECONDS // 60),
        trend=trends.astype(np.int64),
        source=np.full(len(values), int(Source.LIBRELINKUP_CURRENT)),
        sensor=sensors[worn],
        out_of_range=np.zeros(len(values), dtype=np.int64),
    )[kept]
