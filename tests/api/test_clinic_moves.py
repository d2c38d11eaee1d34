"""The clinic's overview of somebody who moved: their days are those of the zones that they lived in."""

from collections.abc import Callable
from datetime import timedelta

from accounts.models import Clinic
from patients.models import Patient
from tests.api.asserting import NOW, V1, send
from tests.conftest import Member, put


def test_the_numbers_are_those_of_the_same_instants(
    admin: Member, clinic: Clinic, make_patient: Callable[..., Patient]
) -> None:
    patient = make_patient(clinic, timezone="America/Sao_Paulo")
    count = 31 * 96
    values = [40 + 7 * number % 300 for number in range(count)]
    put(patient, *values, start=NOW - timedelta(minutes=15 * count), cadence=15, offset=-180, now=NOW)
    send(admin.api, "patch", f"{V1}patients/{patient.id}/", {"timezone": "Asia/Tokyo"})

    (row,) = admin.api.get(f"{V1}clinic/overview/").json()["results"]

    # 2026-03-01 00:00 in São Paulo, where the patient was on that day.
    assert (row["start"], row["timezone"]) == ("2026-03-01T03:00:00Z", "Asia/Tokyo")
    window = {"start": row["start"], "end": row["end"]}
    whole = admin.api.get(f"{V1}patients/{patient.id}/statistics/", window).json()
    for name in ("readings", "minutes", "mean", "sd", "cv_percent", "gmi_percent", "time_in_range"):
        assert row[name] == whole[name]
    assert row["active_percent"] == whole["sufficiency"]["active_percent"] == 100
    assert row["change_from_previous_period"]["active_percent"] == 0
