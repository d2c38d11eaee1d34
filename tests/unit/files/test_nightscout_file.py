"""Nightscout's entries and treatments, as a list, by lines, and as its API answers."""

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

AT = datetime(2026, 3, 17, 22, 45, 1, tzinfo=UTC)
MILLISECONDS = int(AT.timestamp()) * 1000
ENTRY: dict[str, Any] = {"type": "sgv", "sgv": 101, "date": MILLISECONDS + 345, "device": "xDrip", "direction": "Flat"}
TREATMENT: dict[str, Any] = {
    "eventType": "Meal Bolus",
    "insulin": 2.5,
    "carbs": 45,
    "created_at": "2026-03-17T22:45:01Z",
}


class TestReadings:
    @pytest.mark.parametrize(
        "file",
        [
            as_json([ENTRY, ENTRY]),
            b"\n".join([as_json(ENTRY)] * 2),
            b"\r\n".join([as_json(ENTRY)] * 2) + b"\r\n",
            json.dumps([ENTRY, ENTRY], indent=2).encode(),
            as_json({"status": 200, "result": [ENTRY, ENTRY]}),
            as_json({"entries": [ENTRY], "treatments": [ENTRY]}),
            (json.dumps(ENTRY, indent=1) + "\n" + json.dumps(ENTRY, indent=1)).encode(),
            json.dumps([ENTRY, ENTRY]).encode("utf-16"),
            b"\xef\xbb\xbf" + as_json([ENTRY, ENTRY]),
        ],
        ids=["list", "lines", "windows lines", "indented", "answer", "both lists", "objects", "utf-16", "mark"],
    )
    def test_every_layout_reads_the_same(self, file: bytes) -> None:
        found = read(file)

        assert [one.line for one in glucose_of(found)] == [1, 2]
        assert found[0] == FileGlucose(1, Moment(None, AT, None), 101, "cgm", "xDrip", "", "")
        assert survey(io.BytesIO(file)).format is FileFormat.NIGHTSCOUT

    @pytest.mark.parametrize(
        ("changes", "offset"),
        [
            ({"utcOffset": -180}, -180),
            ({"utcOffset": 0}, None),
            ({"dateString": "2026-03-17T23:45:01.345+0100"}, 60),
            ({"date": None, "dateString": "2026-03-18T04:30:01+05:45"}, 345),
            ({"date": None, "dateString": "2026-03-17T22:45:01.345Z"}, None),
            ({"dateString": "Tue Mar 17 2026"}, None),
        ],
    )
    def test_the_offset_is_that_of_the_clock_where_it_is_told(self, changes: dict[str, Any], offset: int) -> None:
        (found,) = glucose_of(read(as_json([ENTRY | changes])))

        assert (found.at.utc, found.at.offset_minutes) == (AT, offset)

    @pytest.mark.parametrize(
        ("value", "told"), [(39, (40, "low")), (401, (400, "high")), (39.5, (40, "")), (30, (30, ""))]
    )
    def test_a_step_beyond_the_range_is_its_end(self, value: float, told: tuple[int, str]) -> None:
        (found,) = glucose_of(read(as_json([ENTRY | {"sgv": value}])))

        assert (found.mg_dl, found.edge) == told

    def test_mmol_are_read_where_an_entry_says_so(self) -> None:
        (found,) = glucose_of(read(as_json([ENTRY | {"sgv": 5.6, "units": "mmol"}])))

        assert found.mg_dl == 101

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"sgv": "101"}, "glucose"),
            ({"sgv": True}, "glucose"),
            ({"sgv": None}, "glucose"),
            ({"sgv": 10**15}, "glucose"),
            ({"sgv": 700}, "glucose_range"),
            ({"date": None}, "time"),
            ({"date": 5}, "date_range"),
            ({"date": 10**15}, "date_range"),
            ({"utcOffset": 2000}, "time"),
        ],
    )
    def test_what_is_no_reading_is_refused_with_its_number(self, changes: dict[str, Any], code: str) -> None:
        assert refused_of(read(as_json([ENTRY, ENTRY | changes]))) == [(2, code)]

    def test_meters_calibrations_codes_and_deleted_ones_are_counted(self) -> None:
        others = [{"type": "mbg", "mbg": 100}, {"type": "cal"}, ENTRY | {"sgv": 10}, ENTRY | {"isValid": False}]
        records = read_file(io.BytesIO(as_json([ENTRY, *others])), format=None, date_order=None)

        assert len(list(records)) == 1
        assert records.passed_over == {"strip": 1, "calibration": 1, "sensor_code": 1, "deleted": 1}


class TestTreatments:
    def test_a_meal_is_insulin_and_carbohydrates(self) -> None:
        found = treatments_of(read(as_json([TREATMENT])))

        assert [(one.kind, one.amount, one.unit, one.minutes) for one in found] == [
            (TreatmentKind.RAPID_INSULIN, Decimal("2.5"), "U", None),
            (TreatmentKind.CARBOHYDRATES, Decimal(45), "g", None),
        ]
        assert {one.at.utc for one in found} == {AT}

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("Novorapid", TreatmentKind.RAPID_INSULIN),
            ("Tresiba 200", TreatmentKind.LONG_INSULIN),
            ("unheard of", TreatmentKind.OTHER_INSULIN),
        ],
    )
    def test_an_injection_is_told_by_its_name(self, name: str, kind: TreatmentKind) -> None:
        injections = json.dumps([{"insulin": name, "units": 7}])
        found = treatments_of(read(as_json([TREATMENT | {"insulinInjections": injections, "carbs": None}])))

        assert [(one.kind, one.amount) for one in found] == [(kind, Decimal(7))]

    def test_a_temporary_basal_is_counted_and_no_insulin(self) -> None:
        basal = {"eventType": "Temp Basal", "rate": 0.5, "duration": 30, "created_at": "2026-03-17T22:45:01Z"}
        records = read_file(io.BytesIO(as_json([basal, {"eventType": "Note"}])), format=None, date_order=None)

        assert list(records) == []
        assert records.passed_over == {"temp_basal": 1, "other": 1}

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"insulin": -1}, "amount"),
            ({"insulin": "two"}, "amount"),
            ({"carbs": 5000}, "amount_range"),
            ({"created_at": "yesterday"}, "time"),
        ],
    )
    def test_what_is_no_treatment_is_refused(self, changes: dict[str, Any], code: str) -> None:
        assert refused_of(read(as_json([TREATMENT, TREATMENT | changes]))) == [(2, code)]

    def test_a_bolus_that_was_spread_out_has_its_minutes(self) -> None:
        (bolus, _) = treatments_of(read(as_json([TREATMENT | {"duration": 90}])))

        assert bolus.minutes == 90
