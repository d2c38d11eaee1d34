"""Batches of a file: the same ones each time, with the minutes that a measurement stands for."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from glucose.files.port import FileGlucose, FileRecord, FileTreatment, Moment, RefusedLine
from glucose.import_batches import Batch, Planner, cadence_of_step
from glucose.refusals_csv import as_csv
from glucose.treatments import TreatmentKind
from glucose.wall_clock import WallClock
from tests.unit.files.samples import Style, as_json, clarity, clarity_row, libreview, libreview_row, read

PATIENT = UUID(int=7)
FIRST = datetime(2026, 3, 13, 8, 0)  # noqa: DTZ001 -- as the device shows it
MINUTE = timedelta(minutes=1)


def measured(line: int, minutes: float, *, kind: str = "historic", serial: str = "S") -> FileGlucose:
    at = Moment(FIRST + minutes * MINUTE, None, None)
    return FileGlucose(line, at, 100, kind, "reader", serial, "")


def planned(records: Iterable[FileRecord], size: int = 100, zone: str = "UTC") -> list[Batch]:
    return list(Planner(PATIENT, WallClock([(None, zone)]), size).batches(records))


def cadences(batch: Batch) -> list[int]:
    assert batch.samples is not None
    return [int(one) for one in batch.samples.cadence_minutes]


def test_a_batch_says_how_many_records_come_before_its_end() -> None:
    found = planned((measured(number, number) for number in range(7)), size=3)

    assert [batch.records for batch in found] == [3, 6, 7]
    assert [batch.lines for batch in found] == [[0, 1, 2], [3, 4, 5], [6]]


def test_an_empty_file_has_no_batch() -> None:
    assert planned([]) == []


@pytest.mark.parametrize(
    ("seconds", "cadence"), [(60, 1), (120, 1), (121, 5), (300, 5), (600, 5), (601, 15), (900, 15), (1200, 15)]
)
def test_the_step_of_a_series_is_its_cadence(seconds: float, cadence: int) -> None:
    assert cadence_of_step(seconds) == cadence


def test_a_series_stands_for_its_own_step_whatever_lies_between() -> None:
    every_five = [measured(number, 5 * number, serial="five") for number in range(6)]
    every_quarter = [measured(number, 15 * number, serial="quarter") for number in range(4)]

    (batch,) = planned([*every_five, *every_quarter])

    assert cadences(batch) == [5] * 6 + [15] * 4


def test_a_gap_is_no_step() -> None:
    (batch,) = planned([measured(1, 0), measured(2, 5), measured(3, 10), measured(4, 400), measured(5, 405)])

    assert cadences(batch) == [5] * 5


def test_the_end_of_a_file_stands_for_what_the_batch_before_did() -> None:
    first, second = planned([measured(number, 5 * number) for number in range(5)], size=4)

    assert cadences(first) == [5] * 4
    assert cadences(second) == [5]


def test_a_single_measurement_stands_for_what_is_usual() -> None:
    (batch,) = planned([measured(1, 0), measured(2, 0, kind="scan"), measured(3, 0, kind="cgm")])

    assert cadences(batch) == [15, 5, 5]
    assert list(batch.scans) == [False, True, False]


def cadence_in(file: bytes | str) -> set[int]:
    return {cadence for batch in planned(read(file)) if batch.samples is not None for cadence in cadences(batch)}


def every(minutes: int, many: int) -> list[datetime]:
    return [FIRST + number * minutes * MINUTE for number in range(many)]


@pytest.mark.parametrize(
    ("device", "step", "many", "cadence"),
    [
        ("FreeStyle Libre 2", 15, 6, 15),
        ("FreeStyle LibreLink", 15, 1, 15),
        ("FreeStyle Libre 3", 5, 6, 5),
        ("FreeStyle Libre 3", 5, 1, 5),
        ("FreeStyle LibreLink", 5, 6, 5),
    ],
)
def test_a_history_of_libreview_stands_for_what_its_device_keeps(
    device: str, step: int, many: int, cadence: int
) -> None:
    rows = [libreview_row(Style().time(at), "0", {4: "100"}, device=device) for at in every(step, many)]

    assert cadence_in(libreview([*rows, libreview_row("31-01-2020 10:00", "6", {}, device=device)])) == {cadence}


@pytest.mark.parametrize("many", [1, 6])
def test_what_clarity_tells_stands_for_five_minutes(many: int) -> None:
    assert cadence_in(
        clarity([clarity_row(f"{at:%Y-%m-%dT%H:%M:%S}", "EGV", {7: "100"}) for at in every(5, many)])
    ) == {5}


@pytest.mark.parametrize(("step", "many", "cadence"), [(1, 6, 1), (5, 6, 5), (15, 6, 15), (1, 1, 5)])
def test_what_nightscout_tells_stands_for_the_step_of_its_data(step: int, many: int, cadence: int) -> None:
    instants = [int(at.replace(tzinfo=UTC).timestamp() * 1000) for at in every(step, many)]

    assert cadence_in(as_json([{"type": "sgv", "sgv": 100, "date": at} for at in instants])) == {cadence}


def test_a_time_that_no_clock_showed_is_refused_with_its_line() -> None:
    at = Moment(datetime(2026, 3, 29, 2, 30), None, None)  # noqa: DTZ001

    (batch,) = planned([FileGlucose(4, at, 100, "cgm", "", "", "")], zone="Europe/Berlin")

    assert batch.samples is None
    assert [(one.line, one.code) for one in batch.refused] == [(4, "time_does_not_exist")]


def test_an_offset_that_the_file_tells_is_believed() -> None:
    at = Moment(FIRST, None, 330)

    (batch,) = planned([FileGlucose(1, at, 100, "cgm", "", "", "low")], zone="America/Sao_Paulo")

    assert batch.samples is not None
    assert np.datetime64(int(batch.samples.time[0]), "s") == np.datetime64("2026-03-13T02:30:00")
    assert (int(batch.samples.utc_offset_minutes[0]), int(batch.samples.out_of_range[0])) == (330, -1)


def test_treatments_and_refused_lines_go_their_own_way() -> None:
    taken = FileTreatment(2, Moment(FIRST, None, None), TreatmentKind.CARBOHYDRATES, Decimal(40), "g", None)

    (batch,) = planned([measured(1, 0), taken, RefusedLine(3, "glucose", "no number")], zone="America/Sao_Paulo")

    (treatment,) = batch.treatments
    assert treatment.time.isoformat() == "2026-03-13T11:00:00+00:00"
    assert (treatment.utc_offset_minutes, treatment.amount, batch.treatment_lines) == (-180, Decimal(40), [2])
    assert [(one.line, one.code) for one in batch.refused] == [(3, "glucose")]
    assert (batch.line, batch.records) == (3, 3)


def test_no_cell_of_refused_lines_is_a_formula() -> None:
    rows = [(2, "code", '=cmd|" /C calc"!A0'), (3, "@x", "+1"), (4, "c", 'a "b", c')]

    text = b"".join(as_csv([rows, []])).decode()

    assert text == (
        "line,code,words\r\n"
        "2,code,\"'=cmd|\"\" /C calc\"\"!A0\"\r\n"
        "3,'@x,'+1\r\n"
        '4,c,"a ""b"", c"\r\n'
    )  # fmt: skip
