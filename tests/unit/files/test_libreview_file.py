"""LibreView's export in its languages: what is a reading, a treatment, and what is passed over."""

import io
from datetime import datetime
from decimal import Decimal

import pytest

from glucose.files import read_file, survey
from glucose.files.port import DateOrder, FileFormat, FileGlucose, Moment
from glucose.treatments import TreatmentKind
from tests.unit.files.samples import (
    LIBREVIEW_HEADERS,
    Style,
    glucose_of,
    history,
    libreview,
    libreview_row,
    read,
    refused_of,
    treatments_of,
)

AT = datetime(2026, 3, 17, 23, 45)  # noqa: DTZ001 a wall clock
TIME = Style().time(AT)
MIXED = [
    libreview_row(TIME, "0", {4: "101"}),
    libreview_row(TIME, "1", {5: "99"}),
    libreview_row(TIME, "2", {14: "105"}),
    libreview_row(TIME, "3", {15: "0.4"}),
    libreview_row(TIME, "4", {7: "2.5"}),
    libreview_row(TIME, "4", {12: "12"}),
    libreview_row(TIME, "5", {9: "45"}),
    libreview_row(TIME, "6", {13: "a note"}),
]


class TestRecordTypes:
    @pytest.mark.parametrize("language", LIBREVIEW_HEADERS)
    def test_every_type_is_read_in_every_language(self, language: str) -> None:
        found = read(libreview(MIXED, Style(language=language)))

        assert [(one.line, one.mg_dl, one.kind) for one in glucose_of(found)] == [(3, 101, "historic"), (4, 99, "scan")]
        assert [(one.line, one.kind, one.amount, one.unit) for one in treatments_of(found)] == [
            (7, TreatmentKind.RAPID_INSULIN, Decimal("2.5"), "U"),
            (8, TreatmentKind.LONG_INSULIN, Decimal(12), "U"),
            (9, TreatmentKind.CARBOHYDRATES, Decimal(45), "g"),
        ]
        assert refused_of(found) == []

    def test_a_reading_has_the_wall_clock_and_the_device(self) -> None:
        found = read(libreview(MIXED[:1]))

        assert found == [FileGlucose(3, Moment(AT, None, None), 101, "historic", "FreeStyle Libre 3", "ab12-cd34", "")]

    def test_strips_ketones_and_notes_are_counted_and_no_readings(self) -> None:
        records = read_file(io.BytesIO(libreview(MIXED).encode()), format=None, date_order=None)
        list(records)

        assert records.passed_over == {"strip": 1, "ketone": 1, "note": 1}

    def test_a_new_type_is_counted(self) -> None:
        records = read_file(
            io.BytesIO(libreview([*MIXED[:1], libreview_row(TIME, "7", {})]).encode()), format=None, date_order=None
        )
        list(records)

        assert records.passed_over == {"other": 1}

    def test_a_type_that_is_no_number_is_refused(self) -> None:
        assert refused_of(read(libreview([*MIXED[:1], libreview_row(TIME, "x", {})]))) == [(4, "record_type")]


class TestTreatments:
    def test_the_parts_of_a_dose_count_where_the_whole_is_not_told(self) -> None:
        rows = [
            libreview_row(TIME, "4", {16: "3", 17: "1.5", 18: "0.5"}),
            libreview_row(TIME, "4", {7: "4", 16: "3", 17: "1"}),
        ]

        assert [one.amount for one in treatments_of(read(libreview(rows)))] == [Decimal(5), Decimal(4)]

    def test_what_has_no_amount_or_is_in_servings_is_counted(self) -> None:
        rows = [
            libreview_row(TIME, "4", {6: "1"}),
            libreview_row(TIME, "5", {10: "2"}),
            libreview_row(TIME, "5", {8: "1"}),
        ]
        records = read_file(io.BytesIO(libreview(rows).encode()), format=None, date_order=None)

        assert list(records) == []
        assert records.passed_over == {"without_amount": 2, "servings": 1}

    @pytest.mark.parametrize(("cell", "code"), [("-1", "amount"), ("=1+1", "amount"), ("151", "amount_range")])
    def test_what_is_no_dose_is_refused(self, cell: str, code: str) -> None:
        assert refused_of(read(libreview([libreview_row(TIME, "4", {7: cell})]))) == [(3, code)]


class TestValues:
    @pytest.mark.parametrize(("value", "mg_dl"), [("5,6", 101), ("5.6", 101), ("3,9", 70), ("27.8", 501)])
    def test_mmol_are_mg_by_the_header(self, value: str, mg_dl: int) -> None:
        style = Style(unit="mmol/L", delimiter=";")

        assert [one.mg_dl for one in glucose_of(read(history([(AT, value)], style)))] == [mg_dl]

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ("", "glucose"),
            ("NaN", "glucose"),
            ("Infinity", "glucose"),
            ("1e2", "glucose"),
            ("-100", "glucose"),
            ("1,234.5", "glucose"),
            ("9" * 400, "glucose"),
            ("=1+2", "glucose"),
            ("\u0661\u0660\u0660", "glucose"),
            ("19", "glucose_range"),
            ("601", "glucose_range"),
            ("0", "glucose_range"),
        ],
    )
    def test_what_is_no_value_is_refused_with_its_line(self, value: str, code: str) -> None:
        found = read(history([(AT, "100"), (AT, value)]))

        assert refused_of(found) == [(4, code)]
        assert len(glucose_of(found)) == 1

    @pytest.mark.parametrize(("word", "mg_dl", "edge"), [("LO", 40, "low"), ("HI", 500, "high")])
    def test_a_word_is_an_end_of_the_range(self, word: str, mg_dl: int, edge: str) -> None:
        assert [(one.mg_dl, one.edge) for one in glucose_of(read(history([(AT, word)])))] == [(mg_dl, edge)]


class TestHeaders:
    def test_the_layout_tells_what_a_translation_does_not(self) -> None:
        headers = LIBREVIEW_HEADERS["en"].format(u="mg/dL").split("|")
        headers[12] = "Långtidsverkande insulin (enheter)"
        file = Style().table([headers, *MIXED])

        assert len(treatments_of(read(file))) == 3

    def test_a_language_that_nobody_told_us_is_read_by_its_layout(self) -> None:
        headers = [f"x{place}" for place in range(19)]
        headers[4] = headers[5] = headers[14] = "x mmol/L"
        headers[15] = "y mmol/L"
        file = Style().table([headers, libreview_row(TIME, "0", {4: "5.6"})])

        assert [one.mg_dl for one in glucose_of(read(file))] == [101]

    def test_columns_in_another_order_are_found_by_their_words(self) -> None:
        file = "Record Type,Device Timestamp,Historic Glucose mg/dL\n0,17-03-2026 23:45,120\n"

        assert [one.mg_dl for one in glucose_of(read(file))] == [120]

    def test_a_scan_without_its_column_is_refused(self) -> None:
        file = "Record Type,Device Timestamp,Historic Glucose mg/dL\n1,17-03-2026 23:45,120\n"

        assert refused_of(read(file)) == [(2, "columns")]

    def test_the_survey_says_what_the_file_is(self) -> None:
        style = Style(language="fr", delimiter="\t", unit="mmol/L", day_first=True)
        found = survey(io.BytesIO(history([(AT, "5,6")], style).encode("utf-8-sig")))

        assert (found.format, found.date_order, found.unit) == (FileFormat.LIBREVIEW, DateOrder.DAY_FIRST, "mmol/L")
        assert (found.encoding, found.delimiter) == ("utf-8-sig", "\t")


class TestLines:
    def test_a_note_over_two_lines_is_one_row(self) -> None:
        rows = [libreview_row(TIME, "5", {9: "45", 13: 'bread,\n"much"'}), libreview_row(TIME, "0", {4: "101"})]
        found = read(libreview(rows))

        assert [one.line for one in treatments_of(found)] == [3]
        assert [one.line for one in glucose_of(found)] == [5]

    def test_a_quotation_mark_that_nobody_closed_costs_its_line_only(self) -> None:
        lines = libreview(MIXED[:1] * 40).splitlines(keepends=True)
        lines[4] = lines[4].replace("FreeStyle", '"FreeStyle')

        found = read("".join(lines))

        assert refused_of(found) == [(5, "quotes")]
        assert len(glucose_of(found)) == 39

    def test_headers_that_end_with_a_separator_go_with_rows_that_do(self) -> None:
        file = "".join(line.replace("\r\n", ",\r\n") for line in libreview(MIXED).splitlines(keepends=True))

        assert refused_of(read(file)) == []

    @pytest.mark.parametrize("rest", [",,,,,,,,,,,,,,", ",,,,,,,,,,,,,,,"])
    def test_a_decimal_comma_between_commas_is_refused_and_never_cut(self, rest: str) -> None:
        file = history([(AT, "5.5")], Style(unit="mmol/L")) + f"a,b,{TIME},0,12,4{rest}\n"

        found = read(file)

        assert refused_of(found) == [(4, "columns")]
        assert [one.line for one in glucose_of(found)] == [3]
