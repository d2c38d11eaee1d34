"""What may happen to a few people, their phones, the vendor and us: one scenario, small enough to be read."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

STEP = timedelta(minutes=5)
# Clocks are set back or forward then, somewhere. An era of their own: see test_late_readings.py.
TRANSITIONS = {
    "Berlin back": datetime(2003, 10, 26, 1, 0, tzinfo=UTC),
    "Berlin forward": datetime(2003, 3, 30, 1, 0, tzinfo=UTC),
    "São Paulo back": datetime(2004, 2, 15, 2, 0, tzinfo=UTC),
    "São Paulo forward": datetime(2003, 10, 19, 3, 0, tzinfo=UTC),
    "Lord Howe back": datetime(2003, 3, 29, 15, 0, tzinfo=UTC),
    "Lord Howe forward": datetime(2003, 10, 25, 15, 30, tzinfo=UTC),
    "none": datetime(2003, 6, 10, 0, 0, tzinfo=UTC),
}
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Kathmandu",
]


@dataclass(frozen=True)
class Late:
    """Points that the phone sends late: each by so many minutes, or all when it is back that long after the last."""

    first: int
    count: int
    minutes: int
    at_once: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody whose points are counted in fives of minutes from the first visit on; the ones before are negative."""

    zone: str = "UTC"
    first: int = -6
    phase_seconds: int = 0
    jitters: tuple[int, ...] = (0,)
    holes: tuple[tuple[int, int], ...] = ()
    beyond: tuple[tuple[int, int], ...] = ()
    late: tuple[Late, ...] = ()
    # From that point on the phone's clock is so many minutes ahead of UTC: a journey, or a clock set wrong.
    away: tuple[int, int] | None = None
    two_sensors: bool = False


@dataclass(frozen=True)
class Upload:
    """Another uploader's readings: whose, and (seconds from then, cadence, is it a file) of each."""

    whose: int
    readings: tuple[tuple[int, int, bool], ...]


@dataclass(frozen=True)
class Step:
    """After a pause something before the visit, and the visit, which may go wrong."""

    pause_minutes: int = 5
    restart: bool = False
    refresh: bool = False
    upload: Upload | None = None
    # The visit ends as its clock is asked for this time, or loses its database then.
    dies_at: int | None = None
    loses_database: bool = False
    # Faults of the vendor during it: kind, path, params.
    fault: tuple[str, str | None, tuple[tuple[str, int], ...]] | None = None
    repeated: bool = False


@dataclass(frozen=True)
class Scenario:
    """When the first visit is, who is followed, and what happens from then on."""

    transition: str = "none"
    minutes_after: int = 0
    people: tuple[Person, ...] = (Person(),)
    steps: tuple[Step, ...] = (Step(),)

    @property
    def start(self) -> datetime:
        """The first visit's time."""
        return TRANSITIONS[self.transition] + timedelta(minutes=self.minutes_after)

    @property
    def end(self) -> datetime:
        """The last step's time."""
        return self.start + timedelta(minutes=sum(step.pause_minutes for step in self.steps))


@dataclass(frozen=True)
class Point:
    """What was measured: when, what, at which local offset, and when the vendor has it."""

    seconds: int
    mg_dl: int
    utc_offset_minutes: int
    visible_seconds: int


def trace(scenario: Scenario, number: int) -> list[Point]:
    """The truth of one person until the last step. Values tell people, and points near each other, apart."""
    person = scenario.people[number]
    last = (scenario.end - scenario.start) // STEP
    inside = [i for i in range(person.first, last + 1) if not any(a <= i < a + n for a, n in person.holes)]
    beyond = dict(person.beyond)
    return [
        Point(
            _seconds(scenario, person, i),
            beyond.get(i, 60 + 2 * (i * 37 % 100) + number),
            _offset(scenario, person, i),
            _visible(scenario, person, i),
        )
        for i in inside
    ]


def _seconds(scenario: Scenario, person: Person, index: int) -> int:
    grid = int(scenario.start.timestamp()) + index * 300
    return grid - person.phase_seconds + person.jitters[index % len(person.jitters)]


def _offset(scenario: Scenario, person: Person, index: int) -> int:
    if person.away is not None and index >= person.away[0]:
        return person.away[1]
    return offset_at_home(person, _seconds(scenario, person, index))


def offset_at_home(person: Person, seconds: int) -> int:
    """What the clocks of the person's zone say then."""
    at = datetime.fromtimestamp(seconds, ZoneInfo(person.zone)).utcoffset()
    assert at is not None
    return int(at.total_seconds() // 60)


def _visible(scenario: Scenario, person: Person, index: int) -> int:
    own = _seconds(scenario, person, index)
    for late in person.late:
        if late.first <= index < late.first + late.count:
            since = _seconds(scenario, person, late.first + late.count - 1) if late.at_once else own
            return since + late.minutes * 60
    return own


INDEX = st.integers(-150, 60)
LATE = st.builds(
    Late, st.integers(-12, 40), st.integers(1, 12), st.sampled_from([5, 12, 20, 45, 120, 400]), st.booleans()
)
AWAY = st.tuples(st.integers(-20, 20), st.sampled_from([0, 60, -180, 345, 540, 840, -720, 67, -173, 630]))
PERSON = st.builds(
    Person,
    zone=st.sampled_from(ZONES),
    first=st.sampled_from([-6, 0, -1, -3, -40, -145]),
    phase_seconds=st.sampled_from([0, 60, 149, 290]),
    jitters=st.lists(st.integers(-20, 20), min_size=1, max_size=4).map(tuple),
    holes=st.lists(st.tuples(INDEX, st.integers(1, 30)), max_size=3).map(tuple),
    beyond=st.lists(st.tuples(st.integers(-20, 20), st.sampled_from([30, 39, 501, 700])), max_size=3).map(tuple),
    late=st.lists(LATE, max_size=3).map(tuple),
    away=st.none() | AWAY,
    two_sensors=st.booleans(),
)
UPLOAD = st.builds(
    Upload,
    st.integers(0, 1),
    st.lists(
        st.tuples(st.integers(-3_000, 700) | st.integers(-90_000, 0), st.sampled_from([5, 1, 15]), st.booleans()),
        min_size=1,
        max_size=6,
    ).map(tuple),
)
FAULT = st.sampled_from(
    [
        ("http_5xx", "/llu/connections$", ()),
        ("http_5xx", "/llu/connections/*", ()),
        ("truncated_json", "/llu/connections/*", ()),
        ("repeated_time", None, ()),
        ("null_current", None, ()),
        ("empty_connections", None, ()),
        ("future_time", None, (("minutes", 10),)),
        ("future_time", None, (("minutes", 90),)),
        ("unit_flip", None, ()),
    ]
)
PAUSE = st.sampled_from([5, 5, 5, 5, 10, 15, 25, 60, 300, 780])
STEPS = st.lists(
    st.builds(
        Step,
        pause_minutes=PAUSE,
        restart=st.sampled_from([False] * 30 + [True]),
        refresh=st.booleans(),
        upload=st.none() | st.none() | UPLOAD,
        dies_at=st.none() | st.none() | st.integers(0, 14),
        loses_database=st.booleans(),
        fault=st.none() | st.none() | FAULT,
        repeated=st.booleans(),
    ),
    min_size=1,
    max_size=10,
).map(tuple)
SCENARIOS = st.builds(
    Scenario,
    transition=st.sampled_from(list(TRANSITIONS)),
    minutes_after=st.sampled_from([0, -5, 20, 60, -60, -300, 600]),
    people=st.lists(PERSON, min_size=1, max_size=2).map(tuple),
    steps=STEPS,
)
