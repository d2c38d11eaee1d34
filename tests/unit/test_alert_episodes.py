"""Which episodes readings tell, and which of them open and close alerts: the same however the readings came."""

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.alert_episodes import (
    REACH_SECONDS,
    RECENT_SECONDS,
    Episode,
    Point,
    Raised,
    decide,
    episodes,
)
from analytics.alert_rules import DEFAULTS, GLUCOSE, AlertKind, Rule

START: Final = 1_770_000_000
MINUTE: Final = 60
AT_ONCE: Final = Rule(threshold_mg_dl=70, margin_mg_dl=10, minutes=0)
LOW: Final = AlertKind.LOW


def points(*values: int, start: int = START, every: int = 5) -> list[Point]:
    """Readings so many minutes apart."""
    return [Point(start + number * every * MINUTE, value) for number, value in enumerate(values)]


def minutes(found: list[Episode]) -> list[tuple[int, int, int | None]]:
    """Start, opening and end of each, in minutes from the first reading."""
    return [
        (
            (one.start - START) // MINUTE,
            (one.opening.seconds - START) // MINUTE,
            None if one.end is None else (one.end - START) // MINUTE,
        )
        for one in found
    ]


class TestEpisodes:
    def test_open_below_the_threshold_and_close_at_the_margin_beyond_it(self) -> None:
        found = episodes(LOW, AT_ONCE, points(70, 69, 70, 79, 80, 69))

        assert minutes(found) == [(5, 5, 20), (25, 25, None)]

    def test_open_above_a_high_threshold_and_close_below_it(self) -> None:
        rule = Rule(threshold_mg_dl=250, margin_mg_dl=20, minutes=0)

        found = episodes(AlertKind.HIGH, rule, points(250, 251, 249, 231, 230, 251))

        assert minutes(found) == [(5, 5, 20), (25, 25, None)]

    def test_open_once_they_have_lasted_long_enough(self) -> None:
        rule = replace(AT_ONCE, minutes=10)

        assert minutes(episodes(LOW, rule, points(60, 60, 75, 60, 60, 60, 60))) == [(15, 25, None)]

    def test_do_not_last_over_what_nobody_saw(self) -> None:
        rule = replace(AT_ONCE, minutes=10)

        assert minutes(episodes(LOW, rule, points(60, 60, every=20))) == [(0, 20, None)]
        assert episodes(LOW, rule, points(60, 60, every=21)) == []

    def test_that_are_open_last_over_what_nobody_saw(self) -> None:
        assert minutes(episodes(LOW, AT_ONCE, points(60, 75, 75, every=60))) == [(0, 0, None)]

    def test_go_on_from_before_the_first_reading(self) -> None:
        before = START - REACH_SECONDS

        found = episodes(LOW, AT_ONCE, points(75, 78, 81), open_since=before)

        assert [(one.start, one.end) for one in found] == [(before, START + 600)]

    def test_of_a_fall_compare_readings_a_quarter_of_an_hour_apart(self) -> None:
        rule = Rule(threshold_mg_dl=45, margin_mg_dl=10, minutes=0)

        found = episodes(AlertKind.FALLING_FAST, rule, points(200, 185, 170, 155, 140, 130, 124, 120))

        assert minutes(found) == [(10, 10, 30)]
        assert found[0].opening == Point(START + 600, 170)

    def test_of_a_fall_scale_it_to_a_quarter_of_an_hour(self) -> None:
        rule = Rule(threshold_mg_dl=45, margin_mg_dl=10, minutes=0)

        assert minutes(episodes(AlertKind.FALLING_FAST, rule, points(200, 140, every=20))) == [(20, 20, None)]
        assert episodes(AlertKind.FALLING_FAST, rule, points(200, 141, every=20)) == []

    def test_of_a_fall_say_nothing_without_a_reading_to_compare_with(self) -> None:
        assert episodes(AlertKind.FALLING_FAST, DEFAULTS[AlertKind.FALLING_FAST], points(300, 100, every=25)) == []

    @pytest.mark.parametrize("kind", sorted(GLUCOSE))
    def test_are_none_without_readings(self, kind: AlertKind) -> None:
        assert episodes(kind, DEFAULTS[kind], []) == []


def decision(raised: list[Raised], values: list[Point], *, now: int | None = None, since: int = 0) -> tuple[int, int]:
    """How many alerts open and how many close."""
    found = decide(
        raised,
        episodes(LOW, AT_ONCE, values),
        newest=values[-1].seconds,
        now=values[-1].seconds if now is None else now,
        since=since,
    )
    return len(found.opened), len(found.closed)


class TestWhatIsRaised:
    def test_is_an_episode_that_goes_on(self) -> None:
        assert decision([], points(100, 60)) == (1, 0)

    def test_is_one_that_ended_just_now(self) -> None:
        assert decision([], points(100, 60, 100)) == (1, 0)

    def test_is_not_one_that_ended_a_while_ago(self) -> None:
        assert decision([], points(60, *[100] * 8)) == (0, 0)

    def test_is_not_one_whose_newest_reading_is_old(self) -> None:
        values = points(100, 60)

        assert decision([], values, now=values[-1].seconds + RECENT_SECONDS) == (1, 0)
        assert decision([], values, now=values[-1].seconds + RECENT_SECONDS + 1) == (0, 0)

    def test_is_not_one_that_had_ended_when_the_rule_was_set(self) -> None:
        values = points(100, 60, 100, 100)

        assert decision([], values, since=values[2].seconds) == (0, 0)
        assert decision([], values, since=values[2].seconds - 1) == (1, 0)

    def test_is_not_raised_again_while_it_goes_on(self) -> None:
        raised = Raised(uuid4(), START + 300, START + 300)

        assert decision([raised], points(100, 60, 60)) == (0, 0)

    def test_is_a_second_one_after_the_first_is_over(self) -> None:
        raised = Raised(uuid4(), START, START)

        assert decision([raised], points(60, 100, 60)) == (1, 1)

    def test_is_not_what_late_readings_split(self) -> None:
        raised = Raised(uuid4(), START, START + 600)

        assert decision([raised], points(60, 100, 60)) == (0, 0)

    def test_is_one_whose_alert_ended_by_a_reading_that_was_excluded_since(self) -> None:
        raised = Raised(uuid4(), START, START + 300, end=START + 300)

        assert decision([raised], points(60, 60, 60)) == (1, 0)

    def test_ends_where_it_never_was(self) -> None:
        alert = Raised(uuid4(), START, START)
        found = decide([alert], [], newest=START, now=START, since=0)

        assert found.closed == [(alert.id, None)]


@dataclass
class Clinic:
    """What an evaluator does with readings in any order: it knows its alerts, and looks again at what there is."""

    rule: Rule
    kind: AlertKind = LOW
    known: dict[int, int] = field(default_factory=dict)
    raised: dict[UUID, Raised] = field(default_factory=dict)
    withdrawn: set[UUID] = field(default_factory=set)
    opened_for: list[tuple[Episode, int, int]] = field(default_factory=list)

    def receive(self, batch: list[Point], now: int) -> None:
        """Store readings and look at the patient."""
        self.known |= {point.seconds: point.mg_dl for point in batch}
        values = [Point(*point) for point in sorted(self.known.items())]
        standing = [one for one in self.raised.values() if one.id not in self.withdrawn]
        newest = values[-1].seconds
        found = decide(standing, episodes(self.kind, self.rule, values), newest=newest, now=now, since=0)
        for alert_id, episode in found.closed:
            if episode is None:
                self.withdrawn.add(alert_id)
            self.raised[alert_id] = replace(self.raised[alert_id], end=episode.end if episode else newest)
        if found.goes_on is not None:
            self.raised[found.goes_on] = replace(self.raised[found.goes_on], seen_until=newest)
        for episode in found.opened:
            alert_id = uuid4()
            self.raised[alert_id] = Raised(alert_id, episode.start, newest, episode.end)
            self.opened_for.append((episode, newest, now))

    @property
    def alarms(self) -> list[tuple[int, int | None]]:
        """Start and end of each that was not withdrawn."""
        found = [(one.start, one.end) for one in self.raised.values() if one.id not in self.withdrawn]
        return sorted(found, key=lambda alarm: alarm[0])


# Two hours of readings that go up and down about the threshold.
TRACES = st.lists(st.sampled_from([55, 65, 69, 70, 75, 79, 80, 100]), min_size=1, max_size=24)
RULES = st.builds(
    Rule,
    threshold_mg_dl=st.just(70),
    margin_mg_dl=st.sampled_from([0, 10]),
    minutes=st.sampled_from([0, 5, 10, 20]),
)
LATEST = RECENT_SECONDS // (5 * MINUTE)


def one_pass(rule: Rule, trace: list[Point], kind: AlertKind = LOW) -> Clinic:
    """Each reading as it is taken."""
    clinic = Clinic(rule, kind)
    for point in trace:
        clinic.receive([point], point.seconds)
    return clinic


def covers(alarm: tuple[int, int | None], episode: tuple[int, int | None]) -> bool:
    """Whether they have time in common."""
    far = START + 10 * REACH_SECONDS
    return alarm[0] < (episode[1] or far) and episode[0] < (alarm[1] or far)


class TestHoweverTheReadingsCame:
    @given(rule=RULES, values=TRACES, data=st.data())
    @settings(max_examples=400, deadline=None)
    def test_in_batches_the_alarms_are_those_of_one_pass(
        self, rule: Rule, values: list[int], data: st.DataObject
    ) -> None:
        trace = points(*values)
        clinic, rest = Clinic(rule), list(trace)
        while rest:
            size = data.draw(st.integers(1, LATEST))
            batch, rest = rest[:size], rest[size:]
            clinic.receive(batch, batch[-1].seconds)

        assert clinic.alarms == one_pass(rule, trace).alarms
        assert clinic.withdrawn == set()

    @given(rule=RULES, values=TRACES, data=st.data())
    @settings(max_examples=400, deadline=None)
    def test_in_any_order_and_soon_each_episode_of_one_pass_has_one_alarm(
        self, rule: Rule, values: list[int], data: st.DataObject
    ) -> None:
        trace = points(*values)
        delays = data.draw(st.lists(st.integers(0, LATEST - 1), min_size=len(trace), max_size=len(trace)))
        clinic = _delivered(rule, trace, delays)
        expected = one_pass(rule, trace).alarms

        assert [sum(covers(alarm, episode) for alarm in clinic.alarms) for episode in expected] == [1] * len(expected)
        assert not _overlapping(clinic.alarms)
        assert _known(rule, clinic, expected)

    @given(rule=RULES, values=TRACES, data=st.data())
    @settings(max_examples=400, deadline=None)
    def test_in_any_order_and_late_nothing_is_doubled_and_nothing_old_is_raised(
        self, rule: Rule, values: list[int], data: st.DataObject
    ) -> None:
        trace = points(*values)
        delays = data.draw(st.lists(st.integers(0, 60), min_size=len(trace), max_size=len(trace)))
        clinic = _delivered(rule, trace, delays)
        expected = one_pass(rule, trace).alarms

        assert not _overlapping(clinic.alarms)
        assert _known(rule, clinic, expected)
        for episode, newest, now in clinic.opened_for:
            assert newest >= now - RECENT_SECONDS
            assert episode.end is None or episode.end > now - RECENT_SECONDS

    @given(rule=RULES, values=TRACES)
    @settings(max_examples=100, deadline=None)
    def test_sent_again_they_change_nothing(self, rule: Rule, values: list[int]) -> None:
        trace = points(*values)
        clinic = one_pass(rule, trace)
        before = (dict(clinic.raised), list(clinic.opened_for))

        clinic.receive(trace, trace[-1].seconds)
        clinic.receive(trace[:1], trace[-1].seconds)

        assert (clinic.raised, clinic.opened_for) == before


# Readings of a glucose that falls and rises, some minutes apart each.
FALLS = st.lists(st.tuples(st.integers(1, 25), st.integers(-40, 25)), min_size=1, max_size=24)
FALL_RULES = st.builds(
    Rule,
    threshold_mg_dl=st.integers(15, 60),
    margin_mg_dl=st.sampled_from([0, 10, 30]),
    minutes=st.sampled_from([0, 5, 15]),
)
FALLING: Final = AlertKind.FALLING_FAST


def fallen(steps: list[tuple[int, int]]) -> list[Point]:
    """Each reading so many minutes after the one before, and so much above it."""
    found, seconds, mg_dl = [], START, 250
    for later, more in steps:
        seconds, mg_dl = seconds + later * MINUTE, min(max(mg_dl + more, 40), 400)
        found.append(Point(seconds, mg_dl))
    return found


class TestAFall:
    @given(steps=FALLS, threshold=st.integers(15, 60), margin=st.sampled_from([0, 10, 30]))
    @settings(max_examples=400, deadline=None)
    def test_is_that_to_the_reading_nearest_to_a_quarter_of_an_hour_before(
        self, steps: list[tuple[int, int]], threshold: int, margin: int
    ) -> None:
        trace, expected, start = fallen(steps), [], None
        for point in trace:
            apart = [(point.seconds - one.seconds, one.mg_dl) for one in trace]
            near = [one for one in apart if 10 * MINUTE <= one[0] <= 20 * MINUTE]
            if not near:
                continue
            # Of two that are as near, the earlier.
            seconds, before = min(near, key=lambda one: (abs(one[0] - 15 * MINUTE), -one[0]))
            scaled = (before - point.mg_dl) * 15 * MINUTE / seconds
            if start is None and scaled >= threshold:
                start = point.seconds
            elif start is not None and scaled <= threshold - margin and not (margin == 0 and scaled >= threshold):
                expected.append((start, point.seconds))
                start = None
        rule = Rule(threshold_mg_dl=threshold, margin_mg_dl=margin, minutes=0)

        found = [(one.start, one.end) for one in episodes(FALLING, rule, trace)]

        assert found == [*expected, *([(start, None)] if start is not None else [])]

    @given(rule=FALL_RULES, steps=FALLS, data=st.data())
    @settings(max_examples=400, deadline=None)
    def test_in_batches_is_told_as_in_one_pass(
        self, rule: Rule, steps: list[tuple[int, int]], data: st.DataObject
    ) -> None:
        trace = fallen(steps)
        clinic, rest = Clinic(rule, FALLING), list(trace)
        while rest:
            # What comes together was taken within what is recent.
            recent = sum(point.seconds < rest[0].seconds + RECENT_SECONDS for point in rest)
            size = data.draw(st.integers(1, recent))
            batch, rest = rest[:size], rest[size:]
            clinic.receive(batch, batch[-1].seconds)

        assert clinic.alarms == one_pass(rule, trace, FALLING).alarms
        assert clinic.withdrawn == set()

    @given(rule=FALL_RULES, steps=FALLS, data=st.data())
    @settings(max_examples=400, deadline=None)
    def test_in_any_order_is_told_once_and_never_when_it_is_old(
        self, rule: Rule, steps: list[tuple[int, int]], data: st.DataObject
    ) -> None:
        trace = fallen(steps)
        delays = data.draw(st.lists(st.integers(0, 60), min_size=len(trace), max_size=len(trace)))

        clinic = _delivered(rule, trace, delays, FALLING)

        assert not _overlapping(clinic.alarms)
        for episode, newest, now in clinic.opened_for:
            assert newest >= now - RECENT_SECONDS
            assert episode.end is None or episode.end > now - RECENT_SECONDS


def _delivered(rule: Rule, trace: list[Point], delays: list[int], kind: AlertKind = LOW) -> Clinic:
    """Each reading so many steps of five minutes after it was taken, what comes at once in one batch."""
    arrivals: dict[int, list[Point]] = {}
    for point, delay in zip(trace, delays, strict=True):
        arrivals.setdefault(point.seconds + delay * 5 * MINUTE, []).append(point)
    clinic = Clinic(rule, kind)
    for now in sorted(arrivals):
        clinic.receive(arrivals[now], now)
    return clinic


def _known(rule: Rule, clinic: Clinic, expected: list[tuple[int, int | None]]) -> bool:
    """Whether each alarm is of an episode of one pass.

    That something lasted can be contradicted by a reading of the time between that comes later; that it was cannot.
    """
    return bool(rule.minutes) or all(any(covers(alarm, one) for one in expected) for alarm in clinic.alarms)


def _overlapping(alarms: list[tuple[int, int | None]]) -> bool:
    return any(one[1] is None or one[1] > after[0] for one, after in pairwise(alarms))
