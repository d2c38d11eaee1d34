"""`rebuild_state`: what does not agree with the readings is told and made so, by the service and by the command."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from glucose.models import Gap, LatestReading
from glucose.services.gaps import open_ledgers
from glucose.services.late import refresh_late_ranges
from glucose.services.rebuild import Differences, rebuild_state
from patients.models import Patient
from tests.conftest import put

# An era of its own, because it refreshes.
START = datetime(2003, 6, 1, 12, 0, tzinfo=UTC)
NOW = START + timedelta(days=5)
HOUR = timedelta(hours=1)


@pytest.fixture
def settled(clean_readings: None, transactional_db: None, patient: Patient) -> Patient:
    """Two hours of readings with a gap between, materialised."""
    open_ledgers({patient.id: START})
    put(patient, *[100] * 13, start=START, now=NOW)
    put(patient, *[200] * 13, start=START + 3 * HOUR, now=NOW)
    refresh_late_ranges(lambda: NOW)
    return patient


def rebuilt(patient: Patient, dry_run: bool = False) -> Differences:
    return rebuild_state(patient.id, start=START - HOUR, end=START + 10 * HOUR, now=NOW, dry_run=dry_run)


def behind_everybodys_back(statement: str, patient: Patient) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"patient": patient.id})


def test_it_finds_nothing_where_all_is_well(settled: Patient) -> None:
    assert not rebuilt(settled)


def test_it_makes_the_newest_reading_so(settled: Patient) -> None:
    LatestReading.objects.update(mg_dl=55)

    assert rebuilt(settled).latest
    assert LatestReading.objects.get().mg_dl == 200
    assert not rebuilt(settled)


def test_it_makes_the_daily_aggregate_so_even_where_timescaledb_believes_it_is(settled: Patient) -> None:
    # As a reading that came in by another way than the ingest, without a late range.
    behind_everybodys_back(
        "INSERT INTO reading (patient_id, time, mg_dl, utc_offset_minutes, cadence_minutes, source,"
        " received_after_minutes) VALUES (%(patient)s, '2003-06-01 14:00Z', 300, 0, 5, 20, 1)",
        settled,
    )

    assert rebuilt(settled, dry_run=True).days == ["2003-06-01"]
    assert rebuilt(settled).days == ["2003-06-01"]
    assert not rebuilt(settled)


def test_it_makes_the_gaps_so(settled: Patient) -> None:
    Gap.objects.all().delete()

    found = rebuilt(settled)

    assert (found.gaps_noticed, found.gaps_dropped) == (1, 0)
    assert Gap.objects.get().start == START + HOUR + timedelta(seconds=150)


def test_a_dry_run_changes_nothing(settled: Patient) -> None:
    Gap.objects.all().delete()
    LatestReading.objects.update(mg_dl=55)

    assert rebuilt(settled, dry_run=True).latest
    assert (Gap.objects.count(), LatestReading.objects.get().mg_dl) == (0, 55)


class TestTheCommand:
    def told(self, *arguments: str) -> str:
        out = StringIO()
        call_command(
            "rebuild_state", "--start", "2003-06-01T00:00Z", "--end", "2003-06-02T00:00Z", *arguments, stdout=out
        )
        return out.getvalue()

    def test_it_tells_whose_state_differed(self, settled: Patient) -> None:
        LatestReading.objects.update(mg_dl=55)

        assert f"{settled.id} differed" in self.told()
        assert self.told() == "1 patients, 0 of them were rebuilt\n"

    def test_a_dry_run_ends_with_1_where_something_differs(self, settled: Patient) -> None:
        LatestReading.objects.update(mg_dl=55)

        with pytest.raises(CommandError) as refused:
            self.told("--dry-run")

        assert refused.value.returncode == 1

    @pytest.mark.parametrize(
        "arguments", [["--patient", str(uuid4())], ["--clinic", str(uuid4())], ["--end", "2003-05-01T00:00Z"]]
    )
    def test_input_that_makes_no_sense_ends_with_2(self, settled: Patient, arguments: list[str]) -> None:
        with pytest.raises(CommandError) as refused:
            self.told(*arguments)

        assert refused.value.returncode == 2
