"""Tidepool's export: values in either unit, doses of pumps and pens, fields that some exports write as texts."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from glucose.files import read_file, survey
from glucose.files.port import FileFormat, FileGlucose, Moment
from glucose.treatments import TreatmentKind
from tests.unit.files.samples import as_json, glucose_of, read, refused_of, treatments_of

UTC_TIME = datetime(2026, 3, 17, 22, 45, 1, tzinfo=UTC)
LOCAL = datetime(2026, 3, 17, 19, 45, 1)  # noqa: DTZ001 a wall clock
WHEN = {"time": "2026-03-17T22:45:01.000Z", "timezoneOffset": -180, "deviceTime": "2026-03-17T19:45:01"}
READING: dict[str, Any] = {"type": "cbg", "value": 5.60626, "units": "mmol/L", "deviceId": "Maker_1", **WHEN}
LOW = [{"code": "bg/out-of-range", "threshold": 40, "value": "low"}]
HOUR = 3_600_000


class TestReadings:
    def test_a_reading_has_the_instant_and_the_offset(self) -> None:
        file = as_json([READING])

        assert read(file) == [FileGlucose(1, Moment(LOCAL, UTC_TIME, -180), 101, "cgm", "Maker_1", "", "")]
        assert survey(io.BytesIO(file)).format is FileFormat.TIDEPOOL

    @pytest.mark.parametrize("mg_dl", [40, 54, 70, 100, 180, 251, 400])
    def test_every_value_comes_back_through_either_unit(self, mg_dl: int) -> None:
        in_mmol = READING | {"value": round(mg_dl / 18.01559, 5)}
        in_mg = READING | {"value": round(mg_dl / 18.01559, 5) * 18.01559, "units": "mg/dL"}

        assert [one.mg_dl for one in glucose_of(read(as_json([in_mmol, in_mg])))] == [mg_dl, mg_dl]

    @pytest.mark.parametrize("annotations", [LOW, json.dumps(LOW)])
    def test_an_annotation_tells_the_edge(self, annotations: Any) -> None:
        (found,) = glucose_of(read(as_json([READING | {"value": 2.22, "annotations": annotations}])))

        assert (found.mg_dl, found.edge) == (40, "low")

    def test_a_value_beyond_what_is_plausible_is_its_end_where_it_is_an_edge(self) -> None:
        high = [{"code": "other"}, {"code": "bg/out-of-range", "threshold": 600, "value": "high"}]
        (found,) = glucose_of(read(as_json([READING | {"value": 601, "units": "mg/dL", "annotations": high}])))

        assert (found.mg_dl, found.edge) == (600, "high")

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"value": None}, "glucose"),
            ({"value": 101}, "glucose_range"),
            ({"units": "furlong"}, "unit"),
            ({"time": None}, "time"),
            ({"time": "2026-02-30T00:00:00Z"}, "time"),
            ({"time": "1970-01-01T00:00:00Z"}, "date_range"),
            ({"timezoneOffset": 99999}, "time"),
        ],
    )
    def test_what_is_no_reading_is_refused_with_its_number(self, changes: dict[str, Any], code: str) -> None:
        assert refused_of(read(as_json([READING, READING | changes]))) == [(2, code)]

    def test_meters_and_settings_are_counted(self) -> None:
        others = [{"type": "smbg", **WHEN}, {"type": "upload", **WHEN}, {"type": "deviceEvent", **WHEN}, {"type": []}]
        records = read_file(io.BytesIO(as_json([READING, *others])), format=None, date_order=None)

        assert len(list(records)) == 1
        assert records.passed_over == {"strip": 1, "about_the_file": 1, "other": 2}


class TestTreatments:
    @pytest.mark.parametrize(
        ("entry", "told"),
        [
            ({"type": "bolus", "normal": 2.5}, [(TreatmentKind.RAPID_INSULIN, "2.5", None)]),
            (
                {"type": "bolus", "normal": 1, "extended": 2, "duration": 2 * HOUR},
                [(TreatmentKind.RAPID_INSULIN, "1", None), (TreatmentKind.RAPID_INSULIN, "2", 120)],
            ),
            ({"type": "basal", "rate": 0.7, "duration": HOUR // 2}, [(TreatmentKind.BASAL, "0.35", 30)]),
            ({"type": "basal", "deliveryType": "suspend", "duration": HOUR}, [(TreatmentKind.BASAL, "0", 60)]),
            ({"type": "wizard", "carbInput": 45}, [(TreatmentKind.CARBOHYDRATES, "45", None)]),
            (
                {"type": "food", "nutrition": {"carbohydrate": {"net": 30, "units": "grams"}}},
                [(TreatmentKind.CARBOHYDRATES, "30", None)],
            ),
            (
                {"type": "food", "nutrition": '{"carbohydrate": {"net": 30}}'},
                [(TreatmentKind.CARBOHYDRATES, "30", None)],
            ),
            (
                {"type": "insulin", "dose": {"total": 20}, "formulation": {"simple": {"actingType": "long"}}},
                [(TreatmentKind.LONG_INSULIN, "20", None)],
            ),
            ({"type": "insulin", "dose": {"total": 20}}, [(TreatmentKind.OTHER_INSULIN, "20", None)]),
        ],
    )
    def test_every_type_is_read(self, entry: dict[str, Any], told: list[tuple[TreatmentKind, str, int | None]]) -> None:
        found = treatments_of(read(as_json([entry | WHEN])))

        assert [(one.kind, one.amount, one.minutes) for one in found] == [
            (kind, Decimal(amount), minutes) for kind, amount, minutes in told
        ]
        assert {one.at.utc for one in found} == {UTC_TIME}

    def test_servings_and_what_has_no_amount_are_counted(self) -> None:
        entries = [
            {"type": "wizard", "carbInput": 3, "carbUnits": "exchanges", **WHEN},
            {"type": "wizard", **WHEN},
            {"type": "bolus", "normal": 0, **WHEN},
            {"type": "basal", "rate": 1, **WHEN},
        ]
        records = read_file(io.BytesIO(as_json(entries)), format=None, date_order=None)

        assert list(records) == []
        assert records.passed_over == {"servings": 1, "without_amount": 3}

    def test_a_rate_that_no_pump_has_is_refused(self) -> None:
        entry = {"type": "basal", "rate": 500, "duration": HOUR, **WHEN}

        assert refused_of(read(as_json([READING, entry]))) == [(2, "amount")]
