"""What is counted of an import, batch by batch."""

from datetime import UTC, datetime
from typing import Final

from glucose.import_batches import Batch
from glucose.models import Import, ImportRefusals
from glucose.services.import_batch import Done, note_devices

# What is set as a batch is done.
COUNTS: Final = (
    "lines", "glucose", "treatments", "stored", "duplicates", "stored_treatments", "duplicate_treatments",
    "refused", "first_time", "last_time", "devices",
)  # fmt: skip


def count(found: Import, batch: Batch, done: Done) -> None:
    """Add a batch and what became of it; the lines that were refused are written, the rest is set."""
    refused = sorted([*batch.refused, *done.refused], key=lambda one: one.line)
    for one in refused:
        found.refused[one.code] = found.refused.get(one.code, 0) + 1
    if refused:
        lines = [(one.line, one.code, one.words) for one in refused]
        ImportRefusals.objects.update_or_create(of=found, position=batch.records, defaults={"lines": lines})
    found.lines = max(found.lines, batch.line)
    found.glucose += len(batch.lines)
    found.treatments += len(batch.treatments)
    found.stored += done.stored
    found.duplicates += done.duplicates
    found.stored_treatments += done.stored_treatments
    found.duplicate_treatments += done.duplicate_treatments
    if done.first is not None and done.last is not None:
        first, last = (datetime.fromtimestamp(at, UTC) for at in (done.first, done.last))
        found.first_time = min(found.first_time or first, first)
        found.last_time = max(found.last_time or last, last)
    note_devices(found, batch)
