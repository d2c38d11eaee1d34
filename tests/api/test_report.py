"""`GET patients/{id}/report.pdf`: one page, whose numbers are those of the other answers."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import time_machine
from django.utils import translation
from django.utils.formats import number_format
from pypdf import PdfReader

from analytics.report_drawings import MINUTES
from patients.models import Patient
from tests.api.asserting import NOW, V1, assert_not_found, assert_parameter_refused, assert_problem, send
from tests.conftest import Member, put
from tests.pdf_text import text_of

PDF: Final = "application/pdf"
# 2026-03-01 00:00 in São Paulo, fourteen days before NOW's local midnight.
FIRST: Final = datetime(2026, 3, 1, 3, tzinfo=UTC)
LAST_END: Final = datetime(2026, 3, 15, 3, tzinfo=UTC)
VALUES: Final = [48 + (37 * number) % 260 for number in range(14 * 288)]


def ask(member: Member, patient: Patient, *, accept: str = PDF, tag: str = "", **query: Any) -> Any:
    member.api.raise_request_exception = False
    headers = {"accept": accept} | ({"if-none-match": tag} if tag else {})
    return member.api.get(f"{V1}patients/{patient.id}/report.pdf", query, headers=headers)


def report(member: Member, patient: Patient, **query: Any) -> str:
    response = ask(member, patient, **query)
    assert response.status_code == 200, response.content
    return text_of(response.content)


def statistics(member: Member, patient: Patient, **query: Any) -> Any:
    window = {"start": FIRST.isoformat(), "end": LAST_END.isoformat()}
    return member.api.get(f"{V1}patients/{patient.id}/statistics/", window | query).json()


@pytest.fixture
def followed(patient: Patient) -> Patient:
    """Fourteen whole local days, and readings of today, which are no part of them."""
    put(patient, *VALUES, start=FIRST, now=NOW, offset=-180)
    put(patient, *[399] * 12, start=LAST_END, now=NOW, offset=-180)
    return patient


class TestTheNumbers:
    @pytest.mark.parametrize("unit", ["mg/dL", "mmol/L"])
    @pytest.mark.parametrize("language", ["en", "pt-br", "es"])
    def test_are_those_of_the_statistics(self, admin: Member, followed: Patient, unit: str, language: str) -> None:
        found = statistics(admin, followed, unit=unit)

        text = report(admin, followed, unit=unit, language=language)

        with translation.override(language):
            decimals = 0 if unit == "mg/dL" else 1
            shares = [found["time_in_range"][name]["percent"] for name in ("very_high", "high", "target", "low")]
            goals = [one["value"] for one in found["goals"]["results"]]
            percents = [found["gmi_percent"], found["cv_percent"], *shares, *goals]
            expected = [f"{number_format(value, 1)} %" for value in percents]
            expected += [f"{number_format(found[name], decimals)} {unit}" for name in ("mean", "sd")]
            expected.append(number_format(found["readings"], force_grouping=True).replace("\xa0", " "))
        assert found["readings"] == len(VALUES)
        assert [one for one in expected if one not in text] == []

    def test_tell_a_day_in_hours_and_minutes(self, admin: Member, followed: Patient) -> None:
        hours, minutes = divmod(
            round(MINUTES * statistics(admin, followed)["time_in_range"]["target"]["percent"] / 100), 60
        )

        assert f"{hours} h {minutes} min" in report(admin, followed)

    def test_go_by_the_targets_of_the_patient(self, admin: Member, followed: Patient) -> None:
        body = {"target_set": "custom", "low_mg_dl": 80, "high_mg_dl": 160}
        assert send(admin.api, "post", f"{V1}patients/{followed.id}/targets/", body).status_code == 201
        found = statistics(admin, followed)

        text = report(admin, followed)

        assert found["targets"] == {"low": 80, "high": 160}
        assert f"Target range 80 to 160 {found['time_in_range']['target']['percent']:.1f} %" in text
        assert "Goals: the patient's own" in text

    def test_leave_out_what_is_excluded_and_say_so(self, admin: Member, followed: Patient) -> None:
        body = {
            "start": FIRST.isoformat(),
            "end": (FIRST + timedelta(hours=1)).isoformat(),
            "reason": "faulty_sensor",
        }
        assert send(admin.api, "post", f"{V1}patients/{followed.id}/exclusions/", body).status_code == 201

        text = report(admin, followed)

        assert "excluded and left out: 12." in text
        assert f"Readings {len(VALUES) - 12:,}" in text

    def test_are_those_that_were_known_at_an_instant(self, admin: Member, followed: Patient) -> None:
        with time_machine.travel(NOW + timedelta(minutes=9), tick=False):
            put(followed, *[100] * 5, start=FIRST - timedelta(hours=1), now=NOW + timedelta(minutes=9), offset=-180)
            then, now = (report(admin, followed, days=30, **query) for query in ({"as_of": NOW.isoformat()}, {}))

        assert f"Readings {len(VALUES):,}" in then
        assert "As it was known on March 15, 2026, 09:00." in then
        assert f"Readings {len(VALUES) + 5:,}" in now


class TestTheDocument:
    def test_is_one_tagged_page_in_the_language(self, admin: Member, followed: Patient) -> None:
        response = ask(admin, followed, language="pt-br")

        assert response["Content-Type"] == PDF
        assert response["Content-Disposition"] == 'inline; filename="glucose-report-2026-03-14.pdf"'
        document = PdfReader(io.BytesIO(response.content))
        root: Any = document.root_object
        assert len(document.pages) == 1
        assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, "pt-BR")
        assert "/StructTreeRoot" in root
        assert document.metadata is not None
        assert document.metadata.title == f"Relatório de glicose: {followed.name}"

    def test_names_the_patient_whatever_they_are_called(self, admin: Member, followed: Patient) -> None:
        name = 'Ção "Ñandú" #let x = 1; $y$ *z* \\u{41} <b> [q] ' + "Wolfeschlegelsteinhausen " * 4
        Patient.objects.filter(id=followed.id).update(name=name)

        response = ask(admin, followed)

        assert " ".join(name.split()) in text_of(response.content)
        assert len(PdfReader(io.BytesIO(response.content)).pages) == 1

    @pytest.mark.parametrize("days", [7, 14, 30, 90])
    def test_has_one_page_whatever_the_period(self, admin: Member, followed: Patient, days: int) -> None:
        response = ask(admin, followed, days=days)

        assert len(PdfReader(io.BytesIO(response.content)).pages) == 1
        assert f", {days} days" in text_of(response.content)

    def test_is_the_same_at_the_same_instant(self, admin: Member, followed: Patient) -> None:
        assert ask(admin, followed).content == ask(admin, followed).content

    def test_says_when_it_was_made_and_by_which_definitions(self, admin: Member, followed: Patient) -> None:
        text = report(admin, followed)

        assert "Made on March 15, 2026, 09:00. Times are those of America/Sao_Paulo." in text
        assert f"version {statistics(admin, followed)['definitions']} of the definitions" in text


class TestTooLittleData:
    def test_is_said(self, admin: Member, patient: Patient) -> None:
        put(patient, *[120] * 288, start=FIRST, now=NOW, offset=-180)

        text = report(admin, patient)

        assert "Too little data to judge: The sensor was active for 7.1 % of the period; 70 % are needed." in text

    def test_of_a_week_is_said(self, admin: Member, followed: Patient) -> None:
        text = report(admin, followed, days=7, language="es")

        assert "El período tiene 7 días; se necesitan 14." in text

    def test_of_nobody_who_has_none_is_a_number(self, admin: Member, patient: Patient) -> None:
        text = report(admin, patient)

        assert "Too little data to judge: There are no readings in these days." in text
        assert "Mean glucose \N{EN DASH}" in text


class TestTheTag:
    def test_holds_while_nothing_changes(self, admin: Member, followed: Patient) -> None:
        response = ask(admin, followed)

        again = ask(admin, followed, tag=response["ETag"])

        assert (again.status_code, again.content, again["ETag"]) == (304, b"", response["ETag"])

    @pytest.mark.parametrize("query", [{"days": 7}, {"unit": "mmol/L"}, {"language": "es"}, {"end": "2026-03-10"}])
    def test_is_another_one_in_another_form(self, admin: Member, followed: Patient, query: dict[str, Any]) -> None:
        assert ask(admin, followed)["ETag"] != ask(admin, followed, **query)["ETag"]

    def test_is_another_one_when_the_patient_is_called_otherwise(self, admin: Member, followed: Patient) -> None:
        before = ask(admin, followed)
        Patient.objects.filter(id=followed.id).update(name="Bruna Reis")

        assert ask(admin, followed, tag=before["ETag"]).status_code == 200


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("days", "13"),
            ("unit", "g/L"),
            ("language", "de"),
            ("end", "2026-03-15"),
            ("end", "yesterday"),
            ("as_of", "2027-01-01T00:00:00Z"),
        ],
    )
    def test_is_a_parameter_that_is_none(self, admin: Member, patient: Patient, name: str, value: str) -> None:
        assert_parameter_refused(ask(admin, patient, **{name: value}), name)

    def test_is_another_form(self, admin: Member, patient: Patient) -> None:
        assert_problem(ask(admin, patient, accept="image/png"), 406, "not-acceptable")

    def test_is_a_patient_whom_one_does_not_see(self, admin: Member, foreign_patient: Patient) -> None:
        assert_not_found(ask(admin, foreign_patient))
