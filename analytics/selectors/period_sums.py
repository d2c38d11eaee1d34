"""What adds up over two periods of many patients: kept from the last time where nothing changed, else asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

import sql
from analytics.metrics.period_sums import WIDTH, Ints, lows_of, own_edges, sums_of_readings
from analytics.metrics.targets import Targets
from api.kept import keep, kept
from glucose.binary_arrays import int2_values, int4_values, int8_values, joined_int4_values, uuid_array, uuid_values

Move = tuple[datetime | None, str]


@dataclass(frozen=True, slots=True)
class Followed:
    """A patient who is looked at: as of which version of their data, by which targets, and which day it is there.

    ``lived`` are the zones of who moved, each with the instant from which on it was theirs, oldest first.
    """

    id: UUID
    data_version: int
    changed_at: datetime
    timezone: str
    targets: Targets
    today: date
    lived: tuple[Move, ...] = ()

    def start_of(self, day: date) -> datetime:
        """When the local day begins where the patient lived then, as in daily.py: its readings tell that day."""
        end = datetime.combine(day, time.max, UTC)
        zones = (zone for since, zone in reversed(self.lived) if since is None or since <= end)
        return datetime.combine(day, time.min, ZoneInfo(next(zones, self.timezone))).astimezone(UTC)


def period_sums(patients: Sequence[Followed], days: int) -> Ints:
    """The sums of each patient, shape (patients, 2, WIDTH).

    Their data versions were read before: what is kept may hold newer readings than its version, never older ones.
    """
    keys = [_key(one, days) for one in patients]
    known = kept(keys)
    missing = [place for place, value in enumerate(known) if value is None]
    found = dict(zip(missing, fresh_sums([patients[place] for place in missing], days), strict=True))
    # No sums are also those of whoever the caller ceased to see meanwhile, and others still see.
    keep({keys[place]: sums.tobytes() for place, sums in found.items() if sums.any()})
    parts = [value if value is not None else found[place].tobytes() for place, value in enumerate(known)]
    return np.frombuffer(b"".join(parts), dtype=np.int64).reshape(len(patients), 2, WIDTH)


def _key(patient: Followed, days: int) -> str:
    """With the target's edges, which are read after the version, and where sums end that come from raw readings."""
    edges = f"{patient.targets.low}-{patient.targets.high}"
    return f"periods:{patient.id}:{patient.data_version}:{patient.today}:{days}:{edges}"


def fresh_sums(patients: Sequence[Followed], days: int) -> Ints:
    """From the database, in one statement for those with whom it is the same day: two, at times three, of the world."""
    sums = np.zeros((len(patients), 2, WIDTH), dtype=np.int64)
    places = sorted(range(len(patients)), key=lambda place: (patients[place].today, patients[place].id))
    for today, group in groupby(places, key=lambda place: patients[place].today):
        chosen = list(group)
        sums[chosen] = _of_one_day([patients[place] for place in chosen], today - timedelta(days=days), days)
    return sums


def _of_one_day(patients: Sequence[Followed], first: date, days: int) -> Ints:
    """The patients come in the order of their ids."""
    whole = packed_ids([one.id for one in patients if _needs_raw(one)])
    ids = packed_ids([one.id for one in patients])
    asked = {
        "patients": uuid_array(ids),
        "whole": uuid_array(whole),
        "previous": first - timedelta(days=days),
        "first": first,
    }
    of_days, current, columns, of_readings, counts, packed = sql.row("clinic_periods", asked)
    lows = np.array([lows_of(one.targets) for one in patients], dtype=np.int64)
    numbers = int4_values(counts)
    # See sql/security/clinic.sql.
    values = joined_int4_values(packed, numbers)
    row = np.repeat(np.searchsorted(ids, uuid_values(of_readings)), numbers)
    period, minutes, mg_dl = values >> 14, (values >> 10) & 15, values & 1023
    sums = sums_of_readings(row, period, mg_dl, minutes, lows)
    kept_rows = np.searchsorted(ids, uuid_values(of_days))
    # Of a patient and period there may be more than one row: of days that are over, and of today.
    kept_sums = np.stack([int8_values(column) for column in columns], axis=1)
    np.add.at(sums, (kept_rows, int2_values(current)), kept_sums)
    return sums


def _needs_raw(patient: Followed) -> bool:
    """Whose shares are no sums of the daily aggregate's bands: the one place where this is decided."""
    return own_edges(patient.targets)


def packed_ids(ids: Sequence[UUID]) -> NDArray[np.void]:
    """The ids as 16 bytes each."""
    return np.frombuffer(b"".join(one.bytes for one in ids), dtype="V16")
