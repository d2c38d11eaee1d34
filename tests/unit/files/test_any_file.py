"""Whatever is written is read back, and whatever bytes come nothing but a refusal is raised."""

import io
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glucose.files import read_file, survey
from glucose.files.port import DATE_ORDERS, DateOrderNeeded, FileNotRead
from glucose.treatments import TreatmentKind
from patients.units import to_mg_dl
from tests.unit.files.samples import (
    CLARITY_HEADERS,
    CLARITY_WORDS,
    LIBREVIEW_HEADERS,
    Style,
    as_json,
    clarity,
    clarity_row,
    glucose_of,
    libreview,
    libreview_row,
    read,
    refused_of,
    treatments_of,
)

ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
DECIMALS = st.sampled_from([".", ","])
STYLES = st.builds(
    Style,
    language=st.sampled_from(sorted(LIBREVIEW_HEADERS)),
    delimiter=st.sampled_from([",", ";", "\t"]),
    day_first=st.booleans(),
    date_sign=st.sampled_from(["-", "/", "."]),
    half_days=st.booleans(),
    unit=st.sampled_from(["mg/dL", "mmol/L"]),
    decimal=DECIMALS,
    quoted=st.booleans(),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
TIMES = st.datetimes(datetime(2016, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0))  # noqa: DTZ001
TENTHS = st.integers(22, 333)
READINGS = st.lists(st.tuples(TIMES, TENTHS, st.booleans()), min_size=1, max_size=30)
DOSES = st.lists(
    st.tuples(
        TIMES,
        st.sampled_from([TreatmentKind.RAPID_INSULIN, TreatmentKind.LONG_INSULIN, TreatmentKind.CARBOHYDRATES]),
        st.decimals(Decimal("0.1"), Decimal(150), places=1),
    ),
    max_size=10,
)
FIELDS = (
    *("type", "sgv", "date", "dateString", "utcOffset", "eventType", "insulin", "carbs", "created_at", "mills"),
    *("value", "units", "time", "timezoneOffset", "normal", "rate", "duration", "nutrition", "dose", "carbInput"),
    *("annotations", "insulinInjections", "device", "deviceId", "formulation"),
)
PLACE = {TreatmentKind.RAPID_INSULIN: 7, TreatmentKind.LONG_INSULIN: 12, TreatmentKind.CARBOHYDRATES: 9}
VALID = [
    libreview(libreview_row(f"{day:02}-03-2026 10:00", "0", {4: "100"}) for day in range(1, 29)).encode(),
    clarity([clarity_row("2026-03-04T10:00:00", "EGV", {7: "100"})] * 20).encode("utf-16"),
    as_json([{"type": "sgv", "sgv": 100, "date": 1_773_787_501_000, "device": "é"}] * 20),
    b"\n".join([as_json({"type": "cbg", "value": 5.5, "units": "mmol/L", "time": "2026-03-04T10:00:00Z"})] * 20),
]


def written(tenths: int, style: Style) -> tuple[str, int]:
    """A value as the style writes it, and the mg/dL that it is."""
    if style.unit == "mmol/L":
        return style.number(tenths / 10), round(to_mg_dl(tenths / 10, "mmol/L"))
    return str(tenths), tenths


class TestWhatWasWritten:
    @given(style=STYLES, readings=READINGS, doses=DOSES, encoding=ENCODINGS)
    def test_an_export_of_libreview_is_read_back(
        self,
        style: Style,
        readings: list[tuple[datetime, int, bool]],
        doses: list[tuple[datetime, TreatmentKind, Decimal]],
        encoding: str,
    ) -> None:
        rows = [
            libreview_row(style.time(at), "1" if scan else "0", {5 if scan else 4: written(tenths, style)[0]})
            for at, tenths, scan in readings
        ]
        rows += [libreview_row(style.time(at), "4", {PLACE[kind]: style.number(str(much))}) for at, kind, much in doses]

        found = read(libreview(rows, style).encode(encoding), date_order=DATE_ORDERS[0 if style.day_first else 1])

        assert refused_of(found) == []
        assert [(one.at.local, one.mg_dl, one.kind) for one in glucose_of(found)] == [
            (at, written(tenths, style)[1], "scan" if scan else "historic") for at, tenths, scan in readings
        ]
        assert [(one.at.local, one.kind, one.amount) for one in treatments_of(found)] == doses

    @given(style=STYLES, readings=READINGS, encoding=ENCODINGS)
    def test_an_order_is_told_rightly_or_asked_for(
        self, style: Style, readings: list[tuple[datetime, int, bool]], encoding: str
    ) -> None:
        rows = [libreview_row(style.time(at), "0", {4: written(tenths, style)[0]}) for at, tenths, _ in readings]
        try:
            told = [one.at.local for one in glucose_of(read(libreview(rows, style).encode(encoding)))]
        except DateOrderNeeded:
            told = [at for at, _, _ in readings if at.day <= 12]

        assert told == [at for at, _, _ in readings]

    @given(
        language=st.sampled_from(sorted(CLARITY_HEADERS)),
        delimiter=st.sampled_from([",", ";"]),
        unit=st.sampled_from(["mg/dL", "mmol/L"]),
        decimal=DECIMALS,
        quoted=st.booleans(),
        readings=st.lists(st.tuples(TIMES, TENTHS, st.sampled_from(["", "low", "high"])), min_size=1, max_size=30),
        encoding=ENCODINGS,
    )
    def test_an_export_of_clarity_is_read_back(
        self,
        language: str,
        delimiter: str,
        unit: str,
        decimal: str,
        quoted: bool,
        readings: list[tuple[datetime, int, str]],
        encoding: str,
    ) -> None:
        style = Style(language=language, delimiter=delimiter, unit=unit, decimal=decimal, quoted=quoted)
        event, *words = CLARITY_WORDS[language]
        ends = {"low": (words[0], 40), "high": (words[1], 400)}
        rows = [
            clarity_row(at.isoformat(), event, {7: ends[edge][0] if edge else written(tenths, style)[0]})
            for at, tenths, edge in readings
        ]

        found = read(clarity(rows, style).encode(encoding))

        assert [(one.at.local, one.mg_dl, one.edge) for one in glucose_of(found)] == [
            (at, ends[edge][1] if edge else written(tenths, style)[1], edge) for at, tenths, edge in readings
        ]
        assert refused_of(found) == []


class TestWhateverBytes:
    def attempt(self, data: bytes) -> None:
        for order in (None, *DATE_ORDERS):
            try:
                survey(io.BytesIO(data), date_order=order)
                lines = [record.line for record in read_file(io.BytesIO(data), format=None, date_order=order)]
            except (FileNotRead, DateOrderNeeded):
                continue
            assert all(line >= 1 for line in lines)

    @given(st.binary(max_size=3000))
    def test_random_bytes_raise_nothing_but_a_refusal(self, data: bytes) -> None:
        self.attempt(data)

    @given(st.text(max_size=2000), ENCODINGS)
    def test_random_text_raises_nothing_but_a_refusal(self, text: str, encoding: str) -> None:
        self.attempt(text.encode(encoding, "replace"))

    @given(
        st.sampled_from(VALID),
        st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 40), st.binary(max_size=12)), max_size=8),
    )
    @settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
    def test_a_file_with_parts_taken_out_and_put_in_raises_nothing_but_a_refusal(
        self, data: bytes, changes: list[tuple[int, int, bytes]]
    ) -> None:
        for at, length, put_in in changes:
            data = data[:at] + put_in + data[at + length :]
        self.attempt(data)

    @given(
        st.lists(
            st.dictionaries(
                st.sampled_from(FIELDS),
                st.recursive(
                    st.none()
                    | st.booleans()
                    | st.integers()
                    | st.floats(allow_nan=False)
                    | st.text(max_size=8)
                    | st.sampled_from(["sgv", "cbg", "bolus", "basal", "food", "insulin", "wizard", "mmol/L", "mbg"])
                    | st.sampled_from(["2026-03-04T10:00:00Z", "2026-03-04T10:00:00+99:00", '[{"code": 1}]', "[[["]),
                    lambda within: (
                        st.lists(within, max_size=2) | st.dictionaries(st.text(max_size=4), within, max_size=2)
                    ),
                    max_leaves=4,
                ),
            ),
            max_size=6,
        )
    )
    @settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
    def test_entries_of_any_values_raise_nothing_but_a_refusal(self, entries: list[dict[str, object]]) -> None:
        self.attempt(as_json([{"type": "sgv", "sgv": 100, "date": 1_773_787_501_000}, *entries]))
        self.attempt(as_json([{"type": "cbg", "time": ""}, *entries]))


def test_an_hour_that_comes_twice_stays_two_readings() -> None:
    first = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001 the night in which clocks go back
    times = [first, first + timedelta(minutes=15), first, first + timedelta(minutes=15)]
    style = Style()

    found = read(libreview([libreview_row(style.time(at), "0", {4: "100"}) for at in times]))

    assert [one.at.local for one in glucose_of(found)] == times
