"""`GET/POST alerts/rules/`: the clinic's and a patient's. Who may is in tests/security/matrix.py."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from accounts.models import Clinic
from analytics.alert_rules import DEFAULTS, LIMITS, AlertKind
from analytics.models import AlertRule
from patients.models import Patient
from tests.api.asserting import V1, assert_field_refused, assert_not_found
from tests.conftest import Member

RULES: Final = V1 + "alerts/rules/"


def say(member: Member, kind: str = "low", **body: Any) -> Any:
    return member.api.post(RULES, {"kind": kind, **body}, format="json")


def rule(member: Member, kind: str = "low", **query: Any) -> dict[str, Any]:
    """The rule of a kind as it is answered."""
    rules = {one["kind"]: one for one in member.api.get(RULES, query).json()["results"]}
    found: dict[str, Any] = rules[kind]
    return found


class TestTheRules:
    def test_are_the_defaults_where_nobody_said_anything(self, admin: Member) -> None:
        results = admin.api.get(RULES).json()["results"]

        assert [one["kind"] for one in results] == [kind.value for kind in AlertKind]
        assert {one["level"] for one in results} == {"default"}
        assert rule(admin, "urgent_low") == {
            "kind": "urgent_low", "patient": None, "enabled": True, "threshold": 54, "margin": 10, "unit": "mg/dL",
            "minutes": 0, "hours": None, "escalate_after_minutes": 15, "quiet_hours": None,
            "channels": ["page", "mail", "webhook"], "level": "default", "said": [], "since": None, "set_by": None,
        }  # fmt: skip

    def test_of_a_patient_are_of_their_own_then_of_the_clinic_then_the_defaults(
        self, admin: Member, clinician: Member, patient: Patient
    ) -> None:
        assert say(admin, threshold=80, minutes=20).status_code == 201
        assert say(clinician, patient=str(patient.id), threshold=75).status_code == 201

        found = rule(clinician, patient=str(patient.id))

        assert (found["threshold"], found["minutes"], found["margin"]) == (75, 20, 10)
        assert (found["level"], found["said"]) == ("patient", ["threshold"])
        assert found["set_by"] == {"id": str(clinician.user.id), "name": clinician.user.name}
        assert rule(clinician)["threshold"] == 80

    def test_said_again_take_the_place_of_all_that_was_said(self, admin: Member) -> None:
        say(admin, threshold=80, minutes=20)
        say(admin, enabled=False)

        found = rule(admin)

        assert (found["enabled"], found["threshold"], found["minutes"]) == (False, 70, 10)
        assert AlertRule.objects.count() == 2

    def test_are_in_either_unit(self, admin: Member) -> None:
        answer = say(admin, threshold=4.5, margin=0.5, unit="mmol/L").json()

        assert (answer["threshold"], answer["margin"], answer["unit"]) == (4.495455, 0.499495, "mmol/L")
        assert (rule(admin)["threshold"], rule(admin)["margin"]) == (81, 9)

    def test_hold_quiet_hours_by_the_patients_clock_or_another(self, admin: Member) -> None:
        say(admin, quiet_hours={"start": "22:00", "end": "07:30"})
        assert rule(admin)["quiet_hours"] == {"start": "22:00", "end": "07:30", "timezone": None}
        say(admin, quiet_hours={"start": "22:00", "end": "07:30", "timezone": "Europe/Lisbon"})
        assert rule(admin)["quiet_hours"]["timezone"] == "Europe/Lisbon"

        say(admin, quiet_hours={"start": "00:00", "end": "00:00"})

        assert rule(admin)["quiet_hours"] is None

    def test_of_one_clinic_are_none_of_another(
        self, admin: Member, other_clinic: Clinic, member: Callable[..., Member]
    ) -> None:
        from accounts.roles import Role

        say(admin, threshold=80)

        assert rule(member(other_clinic, Role.ADMIN))["threshold"] == 70

    def test_of_a_patient_of_another_clinic_are_not_found(self, admin: Member, foreign_patient: Patient) -> None:
        assert_not_found(admin.api.get(RULES, {"patient": str(foreign_patient.id)}))
        assert_not_found(say(admin, patient=str(foreign_patient.id)))

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"kind": "x"}, "/kind"),
            ({"threshold": 53}, "/threshold"),
            ({"threshold": 121}, "/threshold"),
            ({"threshold": "70"}, "/threshold"),
            ({"threshold": 1e400}, "/threshold"),
            ({"threshold": None}, "/threshold"),
            ({"threshold": 70, "unit": "mmol/L"}, "/threshold"),
            ({"margin": -1}, "/margin"),
            ({"minutes": 61}, "/minutes"),
            ({"hours": 24}, "/hours"),
            ({"kind": "no_data", "minutes": 14}, "/minutes"),
            ({"kind": "no_data", "threshold": 70}, "/threshold"),
            ({"kind": "sensor_ending", "hours": 73}, "/hours"),
            ({"escalate_after_minutes": 1441}, "/escalate_after_minutes"),
            ({"enabled": "yes"}, "/enabled"),
            ({"channels": ["pigeon"]}, "/channels/0"),
            ({"channels": "page"}, "/channels"),
            ({"quiet_hours": {"start": "22:00"}}, "/quiet_hours/end"),
            ({"quiet_hours": {"start": "25:00", "end": "07:00"}}, "/quiet_hours/start"),
            ({"quiet_hours": {"start": "22:00", "end": "07:00", "timezone": "Mars"}}, "/quiet_hours/timezone"),
            ({"since": "2026-03-15T12:00:00Z"}, "/since"),
        ],
    )  # fmt: skip
    def test_refuse_what_the_kind_does_not_have(self, admin: Member, body: dict[str, Any], pointer: str) -> None:
        if body.get("threshold") == 1e400:
            response = admin.api.post(RULES, '{"kind": "low", "threshold": 1e400}', content_type="application/json")
        else:
            response = say(admin, **{"kind": "low", **body})

        assert_field_refused(response, pointer)
        assert not AlertRule.objects.exists()

    @pytest.mark.parametrize(
        ("body", "pointer"), [({"channels": ["mail"]}, "/channels"), ({"kind": "account_action"}, "/patient")]
    )
    def test_of_a_patient_refuse_what_is_the_clinics(
        self, admin: Member, patient: Patient, body: dict[str, Any], pointer: str
    ) -> None:
        assert_field_refused(say(admin, **{"kind": "low", "patient": str(patient.id), **body}), pointer)


def test_every_default_lies_within_its_limits() -> None:
    for kind, limits in LIMITS.items():
        for name, (least, most) in limits.items():
            assert least <= getattr(DEFAULTS[kind], name) <= most
