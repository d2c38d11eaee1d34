"""The only writer of readings, against the real database."""

import itertools
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sql
from accounts.models import Clinic
from glucose import canonical
from glucose.models import LateRange, LatestReading, Reading
from glucose.provenance import Source
from glucose.samples import Samples, samples
from glucose.services import ingest
from glucose.services.ingest import Outcome, store
from patients.models import Patient
from tests.conftest import NOW, put

START = NOW - timedelta(hours=6)
EPOCH = int(START.timestamp())


def batch(patient: Patient, rows: list[tuple[int, int, int, int]]) -> Samples:
    """(seconds after START, mg/dL, cadence, source) each."""
    time, mg_dl, cadence, source = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return samples(patient.id, EPOCH + time, mg_dl, utc_offset_minutes=-180, cadence_minutes=cadence, source=source)


def stored(patient: Patient) -> list[tuple[int, int, int]]:
    rows = Reading.objects.filter(patient_id=patient.id).order_by("time")
    return [(int(row.time.timestamp()) - EPOCH, row.mg_dl, row.cadence_minutes) for row in rows]


ROW = st.tuples(
    st.integers(0, 4_000),
    st.integers(60, 80),
    st.sampled_from(canonical.CADENCES),
    st.sampled_from([Source.LIBRELINKUP_CURRENT, Source.LIBRELINKUP_GRAPH, Source.FILE]),
)


class TestStore:
    def test_it_stores_what_is_new_and_says_so(self, patient: Patient) -> None:
        result = put(patient, 100, 110, 120, start=START)

        assert (result.received, result.stored, result.duplicates) == (3, 3, 0)
        assert stored(patient) == [(0, 100, 5), (300, 110, 5), (600, 120, 5)]

    def test_it_stores_nothing_twice(self, patient: Patient) -> None:
        put(patient, 100, 110, 120, start=START)

        again = put(patient, 100, 110, 120, start=START)

        assert (again.stored, again.duplicates) == (0, 3)

    def test_it_refuses_each_implausible_sample_with_its_reason(self, patient: Patient) -> None:
        ahead = int((NOW - START).total_seconds())
        rows = [(0, 19, 5, 20), (300, 20, 5, 20), (600, 600, 5, 20), (900, 601, 5, 20)]
        rows += [(ahead + 600, 100, 5, 20), (ahead + 1201, 100, 5, 20), (1500, 100, 7, 20)]

        result = store(batch(patient, rows), now=NOW)

        assert dict(result.refused()) == {
            0: "the value is outside of 20 to 600 mg/dL",
            3: "the value is outside of 20 to 600 mg/dL",
            5: "the time is more than 10 minutes ahead",
            6: "cadence_minutes is not 1, 5 or 15",
        }
        assert [value for _, value, _ in stored(patient)] == [20, 600, 100]

    def test_it_refuses_readings_of_an_unknown_or_deleted_patient(
        self, patient: Patient, make_patient: Callable[..., Patient]
    ) -> None:
        gone = make_patient(patient.clinic, deleted_at=NOW)
        nobody = Patient(id=uuid4(), clinic=patient.clinic, timezone="UTC")
        both = Samples.joined([batch(gone, [(0, 100, 5, 20)]), batch(nobody, [(0, 100, 5, 20)])])

        result = store(both, now=NOW)

        assert set(result.outcomes) == {Outcome.UNKNOWN_PATIENT}
        assert not Reading.objects.exists()

    def test_it_keeps_offset_source_trend_sensor_and_when_it_came(self, patient: Patient) -> None:
        sensor = uuid4()
        one = samples(
            patient.id,
            np.array([EPOCH]),
            np.array([40]),
            utc_offset_minutes=345,
            source=Source.LIBRELINKUP_CURRENT,
            trend=2,
            sensor=sensor,
            out_of_range=-1,
        )

        store(one, now=NOW)

        row = Reading.objects.get(patient_id=patient.id)
        assert (row.utc_offset_minutes, row.source, row.trend, row.sensor_id) == (345, 10, 2, sensor)
        assert (row.out_of_range, row.excluded, row.received_after_minutes) == (-1, False, 360)

    @pytest.mark.parametrize(
        ("after", "minutes"),
        [
            (timedelta(0), 0),
            (timedelta(microseconds=1), 1),
            (timedelta(minutes=1), 1),
            (timedelta(minutes=1, microseconds=1), 2),
            (timedelta(minutes=4, seconds=59.5), 5),
            (timedelta(seconds=-1), 0),
            (timedelta(seconds=-60), -1),
            (timedelta(seconds=-600), -10),
            (timedelta(days=3650), 5_256_000),
        ],
    )
    def test_it_keeps_after_how_many_minutes_it_came_rounded_up(
        self, patient: Patient, after: timedelta, minutes: int
    ) -> None:
        store(batch(patient, [(0, 100, 5, 20)]), now=START + after)

        assert Reading.objects.get(patient_id=patient.id).received_after_minutes == minutes

    def test_it_leaves_trend_and_sensor_empty_where_there_is_none(self, patient: Patient) -> None:
        put(patient, 100, start=START)

        row = Reading.objects.get(patient_id=patient.id)
        assert (row.trend, row.sensor_id) == (None, None)

    def test_the_latest_reading_is_the_newest_whatever_the_order_of_arrival(self, patient: Patient) -> None:
        put(patient, 200, start=START + timedelta(hours=2))
        put(patient, 100, 110, start=START)

        assert LatestReading.objects.get(patient=patient).mg_dl == 200

    def test_the_data_version_rises_only_with_something_new(self, patient: Patient) -> None:
        put(patient, 100, start=START)
        patient.refresh_from_db()
        after_first = patient.data_version
        put(patient, 100, start=START)
        patient.refresh_from_db()

        assert (after_first, patient.data_version) == (2, 2)

    def test_an_empty_batch_is_fine(self, patient: Patient) -> None:
        assert store(batch(patient, []), now=NOW).received == 0

    def test_a_batch_in_pieces_gives_what_one_batch_gives(
        self, patient: Patient, make_patient: Callable[..., Patient], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rng = np.random.default_rng(7)
        rows = [
            (int(t), 100, int(c), 20)
            for t, c in zip(rng.integers(0, 20_000, 400), rng.choice([1, 5], 400), strict=True)
        ]
        other = make_patient(patient.clinic)
        store(batch(other, rows), now=NOW)
        monkeypatch.setattr(ingest, "BATCH", 7)

        store(batch(patient, rows), now=NOW)

        assert stored(patient) == stored(other)


@pytest.mark.django_db
class TestLateRanges:
    def test_a_reading_of_today_is_not_late(self, patient: Patient) -> None:
        put(patient, 100, start=NOW.replace(hour=0), now=NOW)

        assert not LateRange.objects.exists()

    def test_a_reading_before_today_is_late_and_the_range_ends_with_the_last_late_one(self, patient: Patient) -> None:
        put(patient, 100, 100, 100, start=NOW.replace(hour=0) - timedelta(minutes=10), now=NOW)

        late = LateRange.objects.get()
        assert late.patient_id == patient.id
        assert late.first_time == NOW.replace(hour=0) - timedelta(minutes=10)
        assert late.last_time == NOW.replace(hour=0) - timedelta(minutes=5)

    def test_days_far_apart_are_ranges_of_their_own(self, patient: Patient) -> None:
        put(patient, 100, start=NOW - timedelta(days=9000), now=NOW)
        ancient, recent = [(int((NOW - timedelta(days=days) - START).total_seconds()), 100, 5, 20) for days in (400, 2)]

        store(batch(patient, [recent, ancient]), now=NOW)

        assert LateRange.objects.count() == 3

    def test_just_before_midnight_today_is_late_already(self, patient: Patient) -> None:
        put(patient, 100, start=NOW.replace(hour=23, minute=50), now=NOW.replace(hour=23, minute=55))

        assert LateRange.objects.count() == 1

    def test_duplicates_are_not_late(self, patient: Patient) -> None:
        put(patient, 100, start=NOW - timedelta(days=2), now=NOW)
        put(patient, 100, start=NOW - timedelta(days=2), now=NOW)

        assert LateRange.objects.count() == 1


@pytest.mark.django_db
class TestProperties:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(rows=st.lists(ROW, max_size=25), random=st.randoms(), repeats=st.integers(0, 5))
    def test_shuffled_repeated_and_split_batches_keep_the_stream_canonical(
        self, clinic: Clinic, rows: list[tuple[int, int, int, int]], random: Random, repeats: int
    ) -> None:
        with transaction.atomic():
            patient = Patient.objects.create(clinic=clinic, name="P", timezone="UTC")
            sent = random.sample(rows, len(rows)) + [random.choice(rows) for _ in range(repeats if rows else 0)]
            cut = random.randint(0, len(sent))
            for part in (sent[:cut], sent[cut:], sent):
                result = store(batch(patient, part), now=NOW)
                assert result.stored + result.duplicates == len(part)

            kept = stored(patient)
            gaps = [(b[0] - a[0], 30 * max(a[2], b[2])) for i, a in enumerate(kept) for b in kept[i + 1 :]]
            assert all(gap >= half for gap, half in gaps)
            for time, _, cadence, _ in sent:
                assert any(abs(time - t) < 30 * max(cadence, c) for t, _, c in kept)
            Patient.objects.filter(id=patient.id).delete()


class TestTwoWriters:
    def test_two_writers_of_one_patient_keep_the_stream_canonical(
        self, clean_readings: None, transactional_db: None
    ) -> None:
        patient = Patient.objects.create(clinic=Clinic.objects.create(name="C"), name="P", timezone="UTC")
        failures: list[BaseException] = []

        def write(phase: int) -> None:
            try:
                for step in range(10):
                    rows = [(step * 2_000 + i * 300 + phase, 100, 5, 20) for i in range(6)]
                    store(batch(patient, rows), now=NOW)
            except BaseException as error:
                failures.append(error)
            finally:
                connection.close()

        writers = [threading.Thread(target=write, args=(phase,)) for phase in (0, 100)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

        times = [time for time, _, _ in stored(patient)]
        assert failures == []
        assert all(b - a >= 150 for a, b in itertools.pairwise(times))
        assert len(times) == 60


def test_every_query_file_is_used() -> None:
    """What nobody runs is deleted."""
    root = Path(sql.FOLDER).parent
    code = "".join(
        path.read_text()
        for folder in ("glucose", "analytics", "patients", "work", "accounts", "project")
        for path in (root / folder).rglob("*.py")
    )
    unused = [path.stem for path in (sql.FOLDER / "queries").glob("*.sql") if f'"{path.stem}"' not in code]
    assert unused == []
