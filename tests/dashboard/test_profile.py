"""The page of a patient's health profile and targets, and what its scripts send."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Clinic, User
from accounts.roles import Role
from analytics.metrics.targets import MEASURES
from dashboard.profile_words import goal_labels, profile_labels, profile_words, target_sets
from dashboard.views.profile import profile_limits
from patients.choices import TargetSet
from patients.models import Patient
from patients.serializers import HealthProfileBodySerializer
from tests.conftest import Member
from tests.dashboard.sending import Sender
from tests.pages.browsing import read

pytestmark = pytest.mark.django_db
Browsers = Callable[[User], Client]


class TestThePage:
    def test_is_sound_html(self, patient: Patient, clinician: Member, browser_of: Browsers) -> None:
        answer = browser_of(clinician.user).get(f"/clinic/patients/{patient.id}/profile/", secure=True)

        read(answer)
        page = answer.content.decode()
        assert 'aria-current="page">Profile</a>' in page
        assert '<dialog id="target-change"' in page

    def test_lets_the_patient_read_and_change_nothing(
        self, patient: Patient, clinic: Clinic, member: Callable[..., Member], browser_of: Browsers
    ) -> None:
        user = member(clinic, Role.PATIENT).user
        patient.user = user
        patient.save()

        page = browser_of(user).get(f"/clinic/patients/{patient.id}/profile/", secure=True).content.decode()

        assert '<fieldset class="amounts" disabled>' in page
        assert "target-change" not in page

    def test_has_words_and_limits_for_each_amount_set_and_goal(self) -> None:
        assert set(profile_labels()) == set(HealthProfileBodySerializer().fields)
        assert set(target_sets()) == set(TargetSet.values)
        assert set(goal_labels()) == set(profile_words()["goals"]) == set(MEASURES)
        assert profile_limits()["target_low_mg_dl"] == {"min": 54, "max": 250}


class TestWhatItSends:
    def test_lets_nobody_overwrite_what_another_wrote_meanwhile(self, send: Sender) -> None:
        read_first = send("get", "health-profile/").headers["ETag"]
        saved = send("put", "health-profile/", {"carb_ratio_g_per_unit": 10}, **{"if-match": read_first})
        late = send("put", "health-profile/", {"carb_ratio_g_per_unit": 12}, **{"if-match": read_first})
        again = send("put", "health-profile/", {"carb_ratio_g_per_unit": 12}, **{"if-match": saved.headers["ETag"]})

        assert (saved.status_code, late.status_code, again.status_code) == (200, 412, 200)

    def test_sets_targets_of_their_own(self, send: Sender, patient: Patient) -> None:
        body = {
            "target_set": "custom",
            "low_mg_dl": 80,
            "high_mg_dl": 160,
            "goals": {"target": 60.5},
            "reason": "falls",
        }
        answer = send("post", "targets/", body)
        wrong = send("post", "targets/", body | {"goals": {"below": 0}})

        assert answer.status_code == 201
        assert send("get", "targets/").json()["results"][0]["reason"] == "falls"
        assert [one["pointer"] for one in wrong.json()["errors"]] == ["/goals/below"]
