"""Files that are broken, cut, hostile or of another kind: each says what is wrong, in bounded memory."""

import bz2
import gzip
import io
import json
import lzma
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from glucose.files import read_file
from glucose.files.entries import MAX_ENTRY
from glucose.files.lines import MAX_LINE
from glucose.files.port import DateOrderNeeded, FileNotRead
from glucose.files.refusals import WORDS
from glucose.files.values import name
from tests.unit.files.samples import (
    LIBREVIEW_HEADERS,
    Style,
    as_json,
    clarity,
    glucose_of,
    history,
    libreview,
    libreview_row,
    read,
    refused_of,
)

AT = datetime(2026, 3, 17, 23, 45)  # noqa: DTZ001 a wall clock
TIME = Style().time(AT)
GOOD = history([(AT + timedelta(minutes=5 * number), "100") for number in range(200)])
ENTRY: dict[str, Any] = {"type": "sgv", "sgv": 101, "date": 1_773_787_501_000}
GIB = 2**30


class Endless(io.RawIOBase):
    """A file with a beginning, then the same bytes over and over up to a size that no test wants to store."""

    def __init__(self, beginning: bytes, filler: bytes, size: int) -> None:
        self._beginning, self._filler, self._size, self._at = beginning, filler, size, 0
        self.read_bytes = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        assert whence == 0
        self._at = offset
        return offset

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self._size - self._at)
        part = self._beginning[self._at : self._at + count]
        part += (self._filler * (count // len(self._filler) + 1))[: count - len(part)]
        buffer[:count] = part
        self._at += count
        self.read_bytes += count
        return count


def code_of(file: bytes | str) -> str:
    with pytest.raises(FileNotRead) as error:
        read(file)
    assert error.value.words.endswith((".", "?"))
    return error.value.code


def packed(make: Callable[[bytes], bytes]) -> bytes:
    return make(b"0" * 10_000_000)


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.csv", data)
    return file.getvalue()


class TestOtherFiles:
    @pytest.mark.parametrize(
        ("file", "code"),
        [
            (b"", "empty"),
            (b"\xef\xbb\xbf", "empty"),
            (b"\r\n \n\t", "empty"),
            (b"\x00" * 5000, "empty"),
            (packed(zipped), "compressed"),
            (packed(gzip.compress), "compressed"),
            (packed(bz2.compress), "compressed"),
            (packed(lzma.compress), "compressed"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "workbook"),
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "pdf"),
            (b"\xef\xbb\xbf\n<!DOCTYPE html><html><title>Sign in</title>", "web_page"),
            (b"<HTML><body>", "web_page"),
            (b"<?xml version='1.0'?>", "web_page"),
            (b"name,age\nAlice,30\n", "unknown_format"),
            (b"just a text", "unknown_format"),
            (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "unknown_format"),
            (GOOD.encode("utf-32"), "encoding"),
            (b'{"a": 1}', "unknown_format"),
            (b"[1, 2, 3]", "unknown_format"),
            (b"[]", "no_rows"),
            (b"[" * 200_000, "nesting"),
            (b'{"a":' * 200_000, "nesting"),
        ],
    )
    def test_each_is_told_by_its_kind(self, file: bytes, code: str) -> None:
        assert code_of(file) == code

    @pytest.mark.parametrize("file", [libreview([]), clarity([]).splitlines()[0]])
    def test_headers_alone_are_no_file(self, file: str) -> None:
        assert code_of(file) == "no_rows"

    def test_a_file_of_another_program_than_was_said_is_refused(self) -> None:
        with pytest.raises(FileNotRead) as error:
            read(GOOD, format="clarity")

        assert error.value.code == "other_format"
        assert "of LibreView: send it again with format libreview, or without" in error.value.words

    def test_glucose_without_a_unit_is_no_file_of_ours(self) -> None:
        assert code_of(GOOD.replace(" mg/dL", "")) == "unknown_format"


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    @pytest.mark.parametrize("language", LIBREVIEW_HEADERS)
    def test_each_is_told_from_the_file(self, encoding: str, language: str) -> None:
        file = libreview([libreview_row(TIME, "0", {4: "101", 13: "é"})], Style(language=language)).encode(encoding)

        assert [one.mg_dl for one in glucose_of(read(file))] == [101]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
    def test_bytes_that_are_no_letters_cost_their_line_only(self, encoding: str) -> None:
        lines = GOOD.replace("FreeStyle", "FreéStyle").encode(encoding).splitlines(keepends=True)
        lines[10] = lines[10].replace(b",0,", b",\xff\xfe,")
        lines[12] = lines[12].replace(b",0,", b",\xc3,")

        found = read(b"".join(lines))

        assert refused_of(found) == [(11, "encoding"), (13, "encoding")]
        assert len(glucose_of(found)) == 198

    def test_bytes_that_windows_does_not_have_cost_their_line_only(self) -> None:
        lines = GOOD.replace("FreeStyle", "FreéStyle").encode("cp1252").splitlines(keepends=True)
        lines[10] = lines[10].replace(b",0,", b",\x81,")

        assert refused_of(read(b"".join(lines))) == [(11, "encoding")]

    def test_half_a_letter_of_utf_16_costs_its_line_only(self) -> None:
        lines = GOOD.splitlines(keepends=True)
        lines[10] = lines[10].replace(",0,", ",\ud800,")

        assert refused_of(read("".join(lines).encode("utf-16", "surrogatepass"))) == [(11, "encoding")]

    def test_one_wrong_byte_does_not_make_it_windows(self) -> None:
        file = libreview([libreview_row(TIME, "0", {4: "101"})] * 3, Style(language="de")).encode()
        lines = file.splitlines(keepends=True)
        lines[3] = lines[3].replace(b",0,", b",\xe4,")

        found = read(b"".join(lines))

        assert refused_of(found) == [(4, "encoding")]

    def test_an_entry_with_wrong_bytes_is_refused_alone(self) -> None:
        file = as_json([ENTRY, ENTRY | {"device": "XX"}, ENTRY]).replace(b"XX", b"\xff\xff")

        assert refused_of(read(file)) == [(2, "encoding")]


class TestCutFiles:
    def test_a_row_cut_anywhere_is_refused_or_whole(self) -> None:
        lines = GOOD.splitlines(keepends=True)
        whole, last = "".join(lines[:-1]), lines[-1].rstrip()
        for length in range(1, len(last)):
            found = read(whole + last[:length])
            assert len(glucose_of(found)) == 199
            assert [line for line, _ in refused_of(found)] == [202]

    def test_a_list_cut_anywhere_says_so_and_invents_nothing(self) -> None:
        file = as_json([ENTRY] * 3)
        complete = [end for end in range(len(file)) if file[:end].endswith(b"}")]
        for length in range(complete[0], len(file)):
            found = read(file[:length])
            assert len(glucose_of(found)) == sum(end <= length for end in complete)
            assert [code for _, code in refused_of(found)] == ["cut"]

    def test_lines_of_entries_cut_in_the_middle_are_refused_there(self) -> None:
        file = b"\n".join([as_json(ENTRY)] * 3)

        assert refused_of(read(file[:-10])) == [(3, "json")]

    def test_what_stands_behind_a_list_is_refused(self) -> None:
        assert refused_of(read(as_json([ENTRY]) + b"{}")) == [(2, "json")]

    def test_mixed_separators_cost_their_lines_only(self) -> None:
        lines = GOOD.splitlines(keepends=True)
        lines[5] = lines[5].replace(",", ";")
        lines[6] = lines[6].replace(",", "\t")

        found = read("".join(lines))

        assert refused_of(found) == [(6, "columns"), (7, "columns")]
        assert len(glucose_of(found)) == 198


class TestHostileFiles:
    @pytest.mark.parametrize(
        ("beginning", "filler", "codes"),
        [
            (b"", b"x", {"line_too_long"}),
            (b"", b"1,", {"line_too_long"}),
            (GOOD.encode(), b"x", {"line_too_long"}),
            (GOOD.encode(), b'"', {"line_too_long"}),
            (GOOD.encode("utf-16"), b"x\x00", {"line_too_long"}),
            (b"", b"[", {"nesting"}),
            (b'[{"a": "', b"x", {"entry_too_long"}),
            (b'[{"a": "', b"\\\\", {"entry_too_long"}),
            (b'[{"a": ', b"1", {"entry_too_long"}),
            (b"[", b" ", {"line_too_long", "entry_too_long", "no_rows"}),
        ],
    )
    def test_two_gigabytes_without_an_end_are_refused_in_bounded_memory(
        self, beginning: bytes, filler: bytes, codes: set[str]
    ) -> None:
        stream = Endless(beginning, filler, 2 * GIB)
        tracemalloc.start()
        try:
            with pytest.raises(FileNotRead) as error:
                for _ in read_file(io.BufferedReader(stream), format=None, date_order=None):
                    pass
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

        assert error.value.code in codes
        assert peak < 32 * 2**20
        assert stream.read_bytes < 256 * 2**20

    def test_a_line_that_is_too_long_costs_itself_only(self) -> None:
        long = "a,b," + "9" * (2 * MAX_LINE) + "\r\n"

        found = read(GOOD + long + GOOD.splitlines()[-1])

        assert refused_of(found) == [(203, "line_too_long")]
        assert len(glucose_of(found)) == 201

    @pytest.mark.parametrize(
        ("entry", "code"),
        [
            (b'{"sgv": 101, "sgv": 102, "date": 1773787501000}', "duplicate_key"),
            (b'{"sgv": NaN, "date": 1773787501000}', "number"),
            (b'{"sgv": Infinity, "date": 1773787501000}', "number"),
            (b'{"sgv": -Infinity, "date": 1773787501000}', "number"),
            (b'{"sgv": 1e999, "date": 1773787501000}', "glucose"),
            (b'{"sgv": ' + b"9" * 5000 + b', "date": 1773787501000}', "number"),
            (b'{"sgv": 101, "date": 1e308}', "date_range"),
            (b'{"sgv": 101, "date": 1773787501000, "x": ' + b"[" * 500 + b"]" * 500 + b"}", "nesting"),
            (b'{"sgv": 101,, "date": 1773787501000}', "json"),
            (b'"a text"', "not_an_entry"),
            (b"[101]", "not_an_entry"),
            (b"101", "not_an_entry"),
        ],
    )
    def test_a_hostile_entry_is_refused_alone(self, entry: bytes, code: str) -> None:
        found = read(b"[" + as_json(ENTRY) + b"," + entry + b"," + as_json(ENTRY) + b"]")

        assert refused_of(found) == [(2, code)]
        assert [one.line for one in glucose_of(found)] == [1, 3]

    def test_a_line_of_an_entry_that_is_too_long_is_refused_alone(self) -> None:
        long = as_json(ENTRY | {"note": "x" * MAX_LINE})

        assert refused_of(read(b"\n".join([as_json(ENTRY), long, b"", as_json(ENTRY)]))) == [(2, "line_too_long")]

    def test_a_line_nested_without_end_is_refused_alone(self) -> None:
        deep = b'{"a": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"

        assert refused_of(read(b"\n".join([as_json(ENTRY), deep, as_json(ENTRY)]))) == [(2, "nesting")]

    def test_a_text_of_json_inside_is_bounded_too(self) -> None:
        entry = {"eventType": "Bolus", "insulinInjections": "[" * 50_000, "created_at": "2026-03-17T22:45:01Z"}

        assert read(as_json([ENTRY, entry]))[1:] == []

    @pytest.mark.parametrize(
        "formula", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")']
    )
    def test_a_formula_never_comes_out_as_one(self, formula: str) -> None:
        rows = [
            libreview_row(TIME, "0", {4: "100", 1: formula}, device=formula),
            libreview_row(TIME, "0", {4: formula}),
            libreview_row(formula, "0", {4: "100"}),
            libreview_row(TIME, formula, {4: "100"}),
        ]
        found = read(libreview(rows))
        (reading,) = glucose_of(found)

        for text in (reading.device, reading.serial):
            assert not text.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert not set("|\"'\t\r\n\x00<>") & set(text)
        assert [record for record in found if formula in str(record)] == []

    def test_a_name_is_short(self) -> None:
        assert name("x" * 1000) == "x" * 64

    def test_the_words_of_a_refusal_are_ours(self) -> None:
        found = read(GOOD + "a secret,b,c,d,e\n")

        assert [record.words for record in found if hasattr(record, "words")] == [WORDS["columns"]]

    def test_an_example_of_a_date_is_digits_and_signs(self) -> None:
        with pytest.raises(DateOrderNeeded) as error:
            read(history([(datetime(2026, 3, 4), "100")]))  # noqa: DTZ001

        assert not error.value.example.strip("0123456789-:/. APMapm")

    def test_a_number_of_entries_beyond_one_part_is_read(self) -> None:
        entries = [ENTRY | {"note": "x" * (number % 700), "date": ENTRY["date"] + number} for number in range(2000)]
        found = read(json.dumps(entries).encode())

        assert [one.line for one in glucose_of(found)] == list(range(1, 2001))

    def test_an_entry_beyond_what_any_is_ends_the_file(self) -> None:
        with pytest.raises(FileNotRead) as error:
            read(as_json([ENTRY, ENTRY | {"note": "x" * (MAX_ENTRY + 200_000)}]))

        assert error.value.code == "entry_too_long"
