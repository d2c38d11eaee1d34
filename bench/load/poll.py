"""What syncing writes: every few seconds a poll of some patients through the ingest service, until it is ended."""

import json
import sys
import time
from collections.abc import Sequence
from itertools import count
from typing import Final
from uuid import UUID

import django
import numpy as np

EVERY_SECONDS: Final = 3.0
POLLS_A_ROUND: Final = 20  # so that each patient is polled once a minute


def main(patients: Sequence[UUID]) -> None:
    """Store one reading of now for each patient of the poll's turn."""
    # Only now can they be imported: the models need Django set up.
    from django.utils import timezone

    from glucose.provenance import Source
    from glucose.samples import Samples, samples
    from glucose.services.ingest import store

    due = time.monotonic()
    for number in count():
        now = timezone.now()
        at = np.array([int(now.timestamp())])
        polled = patients[number % POLLS_A_ROUND :: POLLS_A_ROUND]
        batch = [
            samples(
                patient,
                at,
                np.array([100 + (number + index) % 90]),
                utc_offset_minutes=-180,
                source=int(Source.LIBRELINKUP_CURRENT),
                cadence_minutes=1,
                trend=3,
            )
            for index, patient in enumerate(polled)
        ]
        store(Samples.joined(batch), now=now)
        due += EVERY_SECONDS
        time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    django.setup()
    main([UUID(text) for text in json.loads(sys.argv[1])])
