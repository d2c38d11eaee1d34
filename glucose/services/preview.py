"""What the ingest would do with samples, without doing it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import numpy as np

import sql
from glucose import binary_arrays as wire
from glucose.agreement import SAME_MINUTES_SECONDS, Agreement
from glucose.canonical import REACH_SECONDS
from glucose.samples import Samples
from glucose.services.ingest import Ingested, Ints, Outcome, canonical_of, plausibility, stored_around


@dataclass(slots=True)
class Preview:
    """Samples of one patient in the order in which they would be stored; what would be stored already counts.

    Keeps 16 bytes of each reading that would be new, and how the others agree with those that are stored.
    """

    patient_id: UUID
    agreement: Agreement = field(default_factory=Agreement)
    _times: list[Ints] = field(default_factory=list)
    _cadences: list[Ints] = field(default_factory=list)

    def would_store(self, samples: Samples, now: datetime) -> Ingested:
        """As ``ingest.store`` would answer; nothing is written and nobody is locked."""
        outcomes = plausibility(samples, now)
        plausible = np.flatnonzero(outcomes == Outcome.STORED)
        if len(plausible):
            self._compare(samples[plausible])
            outcomes[plausible] = Outcome.DUPLICATE
            outcomes[plausible[self._kept(samples[plausible])]] = Outcome.STORED
            fresh = samples[outcomes == Outcome.STORED]
            self._times.append(fresh.time)
            self._cadences.append(fresh.cadence_minutes)
        return Ingested(outcomes)

    def _compare(self, samples: Samples) -> None:
        """With what is stored of the same minutes."""
        first, last = int(samples.time.min()) - SAME_MINUTES_SECONDS, int(samples.time.max()) + SAME_MINUTES_SECONDS
        start, end = (datetime.fromtimestamp(at, UTC) for at in (first, last + 1))
        times, values = sql.row("reading_columns", {"patient": self.patient_id, "start": start, "end": end})
        known = wire.instant_values(times), wire.int2_values(values).astype(np.int64)
        self.agreement.add(samples.time, samples.mg_dl, *known)

    def _kept(self, samples: Samples) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        index = np.zeros(len(samples), dtype=np.intp)
        patients, times, cadences = stored_around(samples, samples.patient[:1])
        first, last = int(samples.time.min()) - REACH_SECONDS, int(samples.time.max()) + REACH_SECONDS
        for own, minutes in zip(self._times, self._cadences, strict=True):
            near = (own >= first) & (own <= last)
            times, cadences = np.concatenate((times, own[near])), np.concatenate((cadences, minutes[near]))
        patients = np.zeros(len(times), dtype=np.int64)
        return canonical_of(samples, index, (patients, times, cadences))
