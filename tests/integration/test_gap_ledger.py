"""The gap ledger as readings come in, and what sync truth says of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from glucose.gap_ledger import Cause, GapState
from glucose.models import Gap, GapLedger, Sensor
from glucose.selectors.gaps import gap_page, ongoing_gap
from glucose.selectors.sync_truth import sync_truth
from glucose.services.gaps import note_asked, open_ledgers
from patients.models import Patient
from tests.conftest import Member, put

# 06:00 where the patient lives.
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def followed(patient: Patient) -> Patient:
    open_ledgers({patient.id: START})
    return patient


def steady(patient: Patient, start: datetime, end: datetime) -> None:
    """A reading every five minutes from start to end, both included."""
    put(patient, *[100] * ((end - start) // (5 * MINUTE) + 1), start=start, now=end)


def rows(patient: Patient) -> list[tuple[int, int, str]]:
    """The ledger in minutes since the start."""
    found = Gap.objects.filter(patient=patient).order_by("start")
    return [((gap.start - START) // MINUTE, (gap.end - START) // MINUTE, gap.state) for gap in found]


class TestTheLedger:
    def test_it_has_no_row_where_readings_come_steadily(self, followed: Patient) -> None:
        steady(followed, START, START + HOUR)
        put(followed, 100, start=START + 67 * MINUTE)

        assert rows(followed) == []

    def test_it_notices_a_jump(self, followed: Patient) -> None:
        steady(followed, START, START + HOUR)
        steady(followed, START + 2 * HOUR, START + 3 * HOUR)

        # A reading covers half its cadence to either side.
        assert rows(followed) == [(62, 117, "open")]

    def test_it_is_nobodys_who_is_not_followed(self, patient: Patient) -> None:
        steady(patient, START, START + HOUR)
        steady(patient, START + 2 * HOUR, START + 3 * HOUR)

        assert rows(patient) == []

    def test_a_back_fill_closes_what_it_fills_and_keeps_the_rest_open(self, followed: Patient) -> None:
        steady(followed, START, START + HOUR)
        steady(followed, START + 2 * HOUR, START + 3 * HOUR)
        steady(followed, START + 80 * MINUTE, START + 90 * MINUTE)

        assert rows(followed) == [(62, 77, "open"), (77, 92, "filled"), (92, 117, "open")]

    def test_whatever_fills_it_closes_it_even_when_it_was_lost(self, followed: Patient) -> None:
        steady(followed, START, START + HOUR)
        steady(followed, START + 2 * HOUR, START + 3 * HOUR)
        Gap.objects.update(state=GapState.LOST)
        steady(followed, START + 65 * MINUTE, START + 115 * MINUTE)

        assert rows(followed) == [(62, 117, "filled")]

    def test_a_later_history_in_any_order_gives_the_same_ledger(self, followed: Patient) -> None:
        steady(followed, START + 2 * HOUR, START + 3 * HOUR)
        steady(followed, START, START + HOUR)

        assert [row for row in rows(followed) if row[2] == "open"] == [(62, 117, "open")]

    def test_nothing_is_expected_while_a_sensor_warms_up_or_before_the_next_one(self, followed: Patient) -> None:
        # The first sensor ends at 01:00, the second is put on at 01:30 and is warm at 02:30.
        activated = START + HOUR - timedelta(days=14)
        Sensor.objects.create(patient=followed, serial="A", activated_at=activated)
        Sensor.objects.create(patient=followed, serial="B", activated_at=START + 90 * MINUTE)
        steady(followed, START, START + HOUR)
        steady(followed, START + 170 * MINUTE, START + 4 * HOUR)

        assert rows(followed) == [(150, 167, "open")]

    def test_it_says_when_to_ask_again_and_gives_up_after_the_logbook(self, followed: Patient) -> None:
        steady(followed, START, START + HOUR)
        steady(followed, START + 2 * HOUR, START + 3 * HOUR)
        now, tried = START + 2 * HOUR, []
        for _ in range(8):
            gap = Gap.objects.get()
            if gap.next_try_at is None:
                break
            now = gap.next_try_at
            beyond = now - gap.end >= timedelta(hours=12)
            tried.append((now - gap.end) // (10 * MINUTE))
            asked = {followed.id}
            note_asked(
                set() if beyond else asked,
                asked if beyond else set(),
                now=now,
                last_success_at=START + 90 * MINUTE,
                was_well=True,
            )

        assert tried == [2, 6, 18, 36, 66, 144]
        assert (gap.state, gap.cause, gap.closed_at, gap.tries) == ("lost", "phone", now, 6)

    @pytest.mark.parametrize(
        ("asked_before", "well", "cause"),
        [(START + 90 * MINUTE, True, "phone"), (START + HOUR, True, "sync"), (START + HOUR, False, "account")],
    )
    def test_it_knows_why(self, followed: Patient, asked_before: datetime, well: bool, cause: str) -> None:
        steady(followed, START, START + HOUR)
        steady(followed, START + 2 * HOUR, START + 2 * HOUR)

        note_asked({followed.id}, set(), now=START + 2 * HOUR, last_success_at=asked_before, was_well=well)

        assert Gap.objects.get().cause == cause


class TestSyncTruth:
    def truth(self, member: Member, patient: Patient, now: datetime) -> list[tuple[str, int, int, int, int]]:
        days = sync_truth(member.caller, patient.id, date(2026, 2, 28), date(2026, 3, 3), now)
        for day in days:
            assert day.received + day.fillable + day.lost == day.expected <= day.minutes
            assert sum(share.minutes for share in day.causes) == day.fillable + day.lost
        return [(day.date.isoformat(), day.expected, day.received, day.fillable, day.lost) for day in days]

    def test_a_full_day_is_received(self, clinician: Member, followed: Patient) -> None:
        midnight = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
        steady(followed, START, midnight + 6 * HOUR)

        found = self.truth(clinician, followed, midnight + 6 * HOUR)

        # 18 hours of the first day, and of the second up to the newest reading and half its cadence.
        assert found == [("2026-03-01", 1080, 1080, 0, 0), ("2026-03-02", 360, 360, 0, 0)]

    def test_what_is_missing_is_fillable_or_lost_with_its_cause(self, clinician: Member, followed: Patient) -> None:
        steady(followed, START, START + HOUR)
        steady(followed, START + 2 * HOUR, START + 3 * HOUR)
        steady(followed, START + 4 * HOUR, START + 5 * HOUR)
        Gap.objects.filter(start__lt=START + 2 * HOUR).update(state=GapState.LOST, cause=Cause.SYNC)

        (day,) = sync_truth(clinician.caller, followed.id, date(2026, 3, 1), date(2026, 3, 1), START + 5 * HOUR)

        assert (day.expected, day.received, day.fillable, day.lost) == (300, 190, 55, 55)
        assert [(share.cause, share.fillable, share.minutes) for share in day.causes] == [
            (Cause.UNKNOWN, True, 55),
            (Cause.SYNC, False, 55),
        ]

    def test_a_silence_that_lasts_is_fillable_as_far_as_the_vendor_reaches_back(
        self, clinician: Member, followed: Patient
    ) -> None:
        steady(followed, START, START + HOUR)
        now = START + 16 * HOUR

        (day,) = sync_truth(clinician.caller, followed.id, date(2026, 3, 1), date(2026, 3, 1), now)
        ongoing = ongoing_gap(clinician.caller, followed.id, now)

        assert (day.received, day.fillable, day.lost) == (62, 680, 198)
        assert ongoing is not None
        assert (ongoing.start, ongoing.cause) == (START + HOUR + 150 * timedelta(seconds=1), Cause.UNKNOWN)

    def test_a_day_of_25_hours_has_them(self, clinician: Member, followed: Patient) -> None:
        followed.time_zones.update(timezone="Europe/Berlin")
        begin = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
        GapLedger.objects.update(since=begin - HOUR)
        steady(followed, begin - HOUR, begin + 27 * HOUR)

        (day,) = sync_truth(clinician.caller, followed.id, date(2026, 10, 25), date(2026, 10, 25), begin + 27 * HOUR)

        assert (day.minutes, day.expected, day.received) == (1500, 1500, 1500)

    def test_nothing_is_told_of_whom_nobody_follows(self, clinician: Member, patient: Patient) -> None:
        steady(patient, START, START + HOUR)

        assert self.truth(clinician, patient, START + 2 * HOUR) == []
        assert ongoing_gap(clinician.caller, patient.id, START + 9 * HOUR) is None

    def test_the_ledger_is_read_newest_first_by_state(self, clinician: Member, followed: Patient) -> None:
        for hour in (0, 2, 4):
            steady(followed, START + hour * HOUR, START + (hour + 1) * HOUR)
        steady(followed, START + 65 * MINUTE, START + 115 * MINUTE)

        found = gap_page(clinician.caller, followed.id, state=None, limit=10)
        still = gap_page(clinician.caller, followed.id, state=GapState.OPEN, limit=10)

        assert [gap.state for gap in found] == ["open", "filled"]
        assert found[:1] == still
