"""Dexcom Clarity's export: words for beyond the range, rows of different length, events that are no readings."""

import io
from datetime import datetime
from decimal import Decimal

import pytest

from glucose.files import read_file, survey
from glucose.files.port import DateOrder, DateOrderNeeded, FileFormat, FileGlucose, Moment
from glucose.treatments import TreatmentKind
from tests.unit.files.samples import (
    CLARITY_HEADERS,
    CLARITY_WORDS,
    Style,
    clarity,
    clarity_row,
    glucose_of,
    read,
    refused_of,
    treatments_of,
)

TIME = "2026-03-17T23:45:01"
AT = Moment(datetime(2026, 3, 17, 23, 45, 1), None, None)  # noqa: DTZ001 a wall clock


def reading(value: str, event: str = "EGV") -> list[str]:
    return clarity_row(TIME, event, {6: "iOS G7", 7: value})


class TestReadings:
    @pytest.mark.parametrize("language", CLARITY_HEADERS)
    @pytest.mark.parametrize("unit", ["mg/dL", "mg/dl", "mmol/L"])
    def test_low_and_high_are_the_ends_of_the_range_in_every_language(self, language: str, unit: str) -> None:
        event, low, high = CLARITY_WORDS[language]
        style = Style(language=language, unit=unit, delimiter=";", quoted=True, decimal=",")
        value = "5,6" if unit == "mmol/L" else "101"
        found = read(clarity([reading(word, event) for word in (value, low, high)], style))

        assert [(one.mg_dl, one.edge) for one in glucose_of(found)] == [(101, ""), (40, "low"), (400, "high")]
        assert refused_of(found) == []

    def test_a_reading_has_the_wall_clock_and_the_transmitter(self) -> None:
        assert read(clarity([reading("101")])) == [FileGlucose(4, AT, 101, "cgm", "iOS G7", "8XYZ", "")]

    def test_the_survey_says_what_the_file_is(self) -> None:
        found = survey(io.BytesIO(clarity([reading("101")]).encode()))

        assert (found.format, found.date_order, found.unit) == (FileFormat.CLARITY, DateOrder.YEAR_FIRST, "mg/dL")

    def test_a_word_that_is_no_end_is_refused(self) -> None:
        assert refused_of(read(clarity([reading("101"), reading("Unknown")]))) == [(5, "glucose")]

    def test_dates_that_a_spreadsheet_changed_are_asked_for(self) -> None:
        row = reading("101")
        row[1] = "3/4/2026 0:01"

        with pytest.raises(DateOrderNeeded) as error:
            read(clarity([row]))
        (found,) = glucose_of(read(clarity([row]), date_order="month_first"))

        assert error.value.example == "3/4/2026 0:01"
        assert found.at.local == datetime(2026, 3, 4, 0, 1)  # noqa: DTZ001


class TestOtherRows:
    def test_insulin_and_carbohydrates_are_treatments(self) -> None:
        rows = [
            clarity_row(TIME, "Insulin", {3: "Fast-Acting", 8: "4.5"}, transmitter=False),
            clarity_row(TIME, "Insulin", {3: "Long-Acting", 8: "20"}, transmitter=False),
            clarity_row(TIME, "Insulin", {8: "3"}, transmitter=False),
            clarity_row(TIME, "Carbs", {9: "45"}, transmitter=False),
        ]

        assert [(one.kind, one.amount, one.unit, one.at) for one in treatments_of(read(clarity(rows)))] == [
            (TreatmentKind.RAPID_INSULIN, Decimal("4.5"), "U", AT),
            (TreatmentKind.LONG_INSULIN, Decimal(20), "U", AT),
            (TreatmentKind.OTHER_INSULIN, Decimal(3), "U", AT),
            (TreatmentKind.CARBOHYDRATES, Decimal(45), "g", AT),
        ]

    def test_settings_calibrations_and_events_are_counted_and_no_readings(self) -> None:
        rows = [
            clarity_row(TIME, "Calibration", {7: "110"}),
            clarity_row(TIME, "Exercise", {3: "Light", 10: "00:30:00"}, transmitter=False),
        ]
        records = read_file(io.BytesIO(clarity(rows).encode()), format=None, date_order=None)

        assert list(records) == []
        assert records.passed_over == {"about_the_file": 2, "calibration": 1, "event": 1}

    def test_an_event_that_nobody_told_us_with_a_value_is_refused(self) -> None:
        assert refused_of(read(clarity([reading("101"), reading("101", "Novelty")]))) == [(5, "event")]

    @pytest.mark.parametrize("columns", [8, 9, 10, 15])
    def test_a_row_that_was_cut_or_shifted_is_refused(self, columns: int) -> None:
        row = [*reading("101"), "x"][:columns]

        assert refused_of(read(clarity([reading("101"), row]))) == [(5, "columns")]
