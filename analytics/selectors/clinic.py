"""What the clinic's overview and statistics are computed from: every patient whom the caller sees, over two periods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

import sql
from accounts.callers import Caller
from analytics.metrics.categories import EXTREME_MG_DL, EXTREME_PERCENT, Flags, Looked, categories
from analytics.metrics.period_sums import CURRENT, Floats, Ints, Periods, periods
from analytics.selectors.period_sums import Followed, Move, packed_ids, period_sums
from analytics.selectors.targets import targets_now
from api.windows import Window
from glucose.binary_arrays import uuid_array
from patients.selectors import visible_patients, zones_of_moved

MINUTE = timedelta(minutes=1)
Place = tuple[str, date, tuple[Move, ...]]


@dataclass(frozen=True, eq=False)
class Clinic:
    """The patients with their numbers, in the order of their ids; ``sums`` are what the numbers are made of."""

    patients: Sequence[Followed]
    windows: Mapping[Place, Window]
    sums: Ints
    looked: Looked
    categories: Mapping[str, Flags]

    @property
    def periods(self) -> Periods:
        """Both periods of each patient."""
        return self.looked.periods

    def window_of(self, patient: Followed) -> Window:
        """The current period of a patient."""
        return self.windows[_place(patient)]


def followed_patients(caller: Caller, now: datetime) -> list[Followed]:
    """Every patient whom the caller sees, in the order of their ids; none for who sees no statistics."""
    columns = ("id", "data_version", "updated_at", "timezone", "target_set")
    rows = list(visible_patients(caller).order_by("id").values_list(*columns))
    todays = {zone: now.astimezone(ZoneInfo(zone)).date() for *_, zone, _ in rows}
    targets = targets_now({patient_id: name for patient_id, *_, name in rows})
    lived = zones_of_moved(caller)
    return [
        Followed(patient_id, version, changed_at, zone, targets[patient_id], todays[zone], lived.get(patient_id, ()))
        for patient_id, version, changed_at, zone, _ in rows
    ]


def clinic_of(patients: Sequence[Followed], days: int, now: datetime, *, extreme_high: bool = False) -> Clinic:
    """The numbers of the patients over so many whole local days and today so far, and as many days before."""
    sums = period_sums(patients, days)
    found = periods(sums, [one.targets for one in patients])
    windows = _windows(patients, days, now)
    active = _active_percent(patients, windows, found, days)
    extreme = _extreme_percent(patients, found, days) if extreme_high else None
    looked = Looked(found, active, days, extreme)
    return Clinic(patients, windows, sums, looked, categories(looked, [one.targets for one in patients]))


def _place(patient: Followed) -> Place:
    """What the patient's days depend on."""
    return patient.timezone, patient.today, patient.lived


def _windows(patients: Sequence[Followed], days: int, now: datetime) -> dict[Place, Window]:
    places = {_place(one): one for one in patients}
    return {place: Window(one.start_of(one.today - timedelta(days=days)), now) for place, one in places.items()}


def _active_percent(patients: Sequence[Followed], windows: Mapping[Place, Window], found: Periods, days: int) -> Floats:
    """Minutes covered per minutes of each period, in %, shape (patients, 2)."""
    lengths = {}
    for place, one in {_place(one): one for one in patients}.items():
        before = (windows[place].start - one.start_of(one.today - timedelta(days=2 * days))) / MINUTE
        lengths[place] = (before, windows[place].minutes)
    minutes = np.array([lengths[_place(one)] for one in patients], dtype=np.float64).reshape(-1, 2)
    return np.minimum(100.0, 100 * found.minutes / minutes)


def _extreme_percent(patients: Sequence[Followed], found: Periods, days: int) -> Floats:
    """Time above 350 mg/dL in %: asked only of those who are above 250 mg/dL for that long."""
    percent, minutes = np.zeros(len(patients)), found.minutes[:, CURRENT]
    candidates = np.flatnonzero(found.share("very_high")[:, CURRENT] > EXTREME_PERCENT).tolist()
    for today in {patients[place].today for place in candidates}:
        places = {patients[place].id: place for place in candidates if patients[place].today == today}
        first = today - timedelta(days=days)
        asked = {"patients": uuid_array(packed_ids(list(places))), "first": first, "above": EXTREME_MG_DL}
        for patient_id, above in sql.rows("clinic_minutes_above", asked):
            place = places[patient_id]
            percent[place] = 100 * above / minutes[place]
    return percent
