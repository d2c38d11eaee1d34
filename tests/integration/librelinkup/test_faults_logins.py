"""Wrong passwords, redirects and documents: one login a visit, and what waits for a person."""

from datetime import datetime
from uuid import uuid4

import pytest

from glucose.account_states import AccountState
from glucose.errors import NothingToAccept
from glucose.models import AccountEvent
from glucose.services.accounts import change_account
from glucose.services.sync import sync_account
from glucose.services.terms import accept_terms
from glucose.sources.port import SourceRefused
from tests.integration.librelinkup.scene import LOGIN, PASSWORD, Scene


class Killed(BaseException):
    """The process ended."""


def accept(scene: Scene) -> list[str]:
    user_id = scene.admin.caller.user_id
    return accept_terms(account_id=scene.account.id, user_id=user_id, holder=uuid4().hex, clock=lambda: scene.now)


class TestAWrongPassword:
    def test_it_waits_for_a_person_and_asks_once(self, scene: Scene) -> None:
        patient, vendor_id = scene.follow()
        scene.fault("bad_credentials")

        account = scene.refused()

        assert (account.state, account.next_attempt_at) == (AccountState.BAD_CREDENTIALS, None)
        assert "password is wrong" in account.state_detail
        assert scene.action_needed() == "Enter the password of this account again."
        for _ in range(3):
            scene.go(600)
            scene.leaves_alone()
        assert scene.calls() == ["login"]
        scene.heal()
        change_account(scene.admin.caller, scene.account.id, now=scene.now, password=PASSWORD)
        scene.visit()
        assert [state for state, _ in scene.history()] == ["bad_credentials", "active"]
        assert scene.is_theirs_alone(patient, vendor_id)


class TestARedirect:
    def test_it_is_followed_once_and_remembered(self, scene: Scene) -> None:
        scene.visit()
        assert scene.calls() == ["login", "login", "connections"]
        scene.vendor.revoke_tokens(scene.account.email)
        scene.fault("redirect", count=1)

        scene.visit()
        scene.visit()

        assert scene.calls()[3:] == ["connections", "login", "login", "connections", "connections"]
        assert scene.standing().region == "us"

    def test_a_killed_visit_remembers_region_and_session(self, scene: Scene) -> None:
        for calls in (1, 2):
            self._visit_and_die_after(scene, calls)
            scene.go(2)
        scene.visit()

        # The redirect was kept by the first one, the session by the second.
        assert scene.calls() == ["login", "login", "connections"]

    def _visit_and_die_after(self, scene: Scene, logins: int) -> None:
        def clock() -> datetime:
            known = scene.standing()
            if (logins == 1 and known.region == "eu2") or known.token:
                raise Killed
            return scene.now

        with pytest.raises(Killed):
            sync_account(account_id=scene.account.id, holder=uuid4().hex, clock=clock)

    def test_a_loop_ends_after_one_step(self, scene: Scene) -> None:
        scene.fault("redirect_loop")

        account = scene.refused()

        assert account.state == AccountState.UNREACHABLE
        assert account.state_detail == "LibreLinkUp sends this account from region to region."
        assert scene.calls() == ["login", "login"]
        scene.heal()
        scene.go(1)
        scene.visit()
        assert scene.standing().region == "eu2"

    def test_an_unknown_region_is_said(self, scene: Scene) -> None:
        scene.fault("unknown_region")

        account = scene.refused()

        assert account.state == AccountState.UNREACHABLE
        assert account.state_detail == "LibreLinkUp moved this account to an unknown region: 'xx'."
        assert scene.calls() == ["login"]


class TestDocuments:
    def test_they_wait_until_somebody_accepts_them(self, scene: Scene) -> None:
        patient, vendor_id = scene.follow()
        scene.fault("step_tou_pp")

        # The redirect, then the step.
        account = scene.refused()

        assert (account.state, account.pending_step) == (AccountState.TERMS_REQUIRED, "tou")
        assert account.state_detail == "LibreLinkUp asks a person to accept its terms of use."
        assert "accept-terms" in (scene.action_needed() or "")
        scene.go(600)
        scene.leaves_alone()
        assert accept(scene) == ["tou", "pp"]
        event = AccountEvent.objects.filter(account=scene.account).latest("id")
        assert event.detail == "Accepted for the vendor: terms of use and privacy policy."
        assert event.user_id == scene.admin.caller.user_id
        logins = scene.calls().count("login")
        scene.visit()
        assert scene.calls().count("login") == logins
        assert scene.is_theirs_alone(patient, vendor_id)

    def test_one_that_cannot_be_accepted_here_is_named(self, scene: Scene) -> None:
        scene.fault("step_unknown", type="verifyEmail")

        account = scene.refused()

        assert (account.state, account.pending_step) == (AccountState.TERMS_REQUIRED, "verifyEmail")
        assert account.state_detail == "LibreLinkUp asks a person to take a step in its own program: verifyEmail."
        with pytest.raises(NothingToAccept):
            accept(scene)

    def test_a_limit_while_they_are_accepted_is_kept_to(self, scene: Scene) -> None:
        scene.fault("step_tou_pp")
        scene.refused()
        scene.fault("http_429", LOGIN, count=1, retry_after=600)

        with pytest.raises(SourceRefused):
            accept(scene)

        assert scene.standing().state == AccountState.RATE_LIMITED
        scene.go(9)
        scene.leaves_alone()
