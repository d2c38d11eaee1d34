"""A sensor that ends soon: told of once, from so many hours before its end until it or the patient's next one."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from analytics.alert_clock import earliest
from analytics.alert_rules import AlertKind
from analytics.models import Alert, AlertRule
from analytics.selectors.alert_rules import RuleBook
from analytics.services.alert_changes import Changes
from analytics.services.alert_conditions import Seen, look
from analytics.services.alert_evaluation import REMEMBERED
from glucose.wear import LIFE

START: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KIND: Final = AlertKind.SENSOR_ENDING
HOURS: Final = st.integers(1, 72)
# Until after the end of a sensor that was put on at the start.
MINUTES: Final = st.integers(0, 17 * 24 * 60)


@dataclass
class Wearer:
    """A patient whose sensors are looked at; what is raised is kept, as the database would."""

    hours: int
    sensors: list[tuple[UUID, datetime]] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    ids: tuple[UUID, UUID] = field(default_factory=lambda: (uuid4(), uuid4()))

    def put_on(self, minutes: int) -> UUID:
        """A sensor, so many minutes after the start."""
        self.sensors.append((uuid4(), START + timedelta(minutes=minutes)))
        return self.sensors[-1][0]

    def newest(self, now: datetime) -> tuple[UUID, datetime] | None:
        """The last that was put on."""
        return max((one for one in self.sensors if one[1] <= now), key=lambda one: one[1], default=None)

    def look(self, now: datetime) -> datetime | None:
        """What an evaluator does, and when the clock alone wants it again."""
        patient_id, clinic_id = self.ids
        rule = AlertRule(clinic_id=clinic_id, kind=KIND, hours=self.hours, since=START)
        known = [one for one in self.alerts if one.ended_at is None or one.ended_at > now - REMEMBERED]
        changes = Changes(now)
        seen = Seen(
            patient_id=patient_id,
            clinic_id=clinic_id,
            zone="Europe/London",
            followed=True,
            newest=None,
            rules=RuleBook({(clinic_id, None, KIND): rule}),
            points=[],
            sensor=self.newest(now),
            alerts=known,
        )
        again = look(seen, changes)
        self.alerts += changes.opened
        return earliest([again, *(one.next_at for one in self.open)])

    @property
    def open(self) -> list[Alert]:
        """Those that are open."""
        return [one for one in self.alerts if one.closed_at is None]


@given(hours=HOURS, first=MINUTES)
def test_by_the_clock_alone_it_is_told_of_on_the_minute_and_over_with_its_end(hours: int, first: int) -> None:
    wearer, now = Wearer(hours), START + timedelta(minutes=first)
    wearer.put_on(0)
    ends = START + LIFE
    looks: list[datetime] = []
    again: datetime | None = now
    while again is not None:
        looks.append(again)
        again = wearer.look(again)
        # Each look is later than the one before, so that nobody is looked at for ever.
        assert again is None or again > looks[-1]

    if now >= ends:
        assert wearer.alerts == []
        return
    (alert,) = wearer.alerts
    assert alert.opened_at == max(now, ends - timedelta(hours=hours))
    assert (alert.closed_at, alert.ending) == (ends, "over")
    assert len(looks) <= 3


@given(
    hours=HOURS,
    worn=st.lists(MINUTES, min_size=1, max_size=4, unique=True),
    looks=st.lists(MINUTES, min_size=1, max_size=30),
)
def test_whenever_it_is_looked_at_the_newest_is_told_of_and_no_other(
    hours: int, worn: list[int], looks: list[int]
) -> None:
    wearer = Wearer(hours)
    for minutes in worn:
        wearer.put_on(minutes)
    for minutes in sorted(looks):
        now = START + timedelta(minutes=minutes)
        wearer.look(now)

        newest = wearer.newest(now)
        ends = None if newest is None else newest[1] + LIFE
        soon = ends is not None and ends - timedelta(hours=hours) <= now < ends
        assert [alert.subject_id for alert in wearer.open] == ([newest[0]] if soon and newest else [])
    told = [alert.subject_id for alert in wearer.alerts]
    assert len(told) == len(set(told))


@given(hours=HOURS, looks=st.lists(MINUTES, min_size=1, max_size=30))
def test_by_clocks_that_go_back_and_forth_it_is_told_of_once(hours: int, looks: list[int]) -> None:
    wearer = Wearer(hours)
    wearer.put_on(0)
    for minutes in looks:
        wearer.look(START + timedelta(minutes=minutes))

    assert len(wearer.alerts) <= 1
