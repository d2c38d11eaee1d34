"""`POST auth/token/` of somebody who has a second factor, or has to have one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import services
from accounts.authentication import BearerAuthentication
from accounts.keys import create_key
from accounts.models import Clinic, Ending, Session, User
from accounts.roles import Role, Scope, SecondFactorPolicy
from accounts.sessions import TokenPair
from tests.api.asserting import NOW, V1, assert_problem, send
from tests.conftest import Member, tokens_of
from tests.second_factors import code_at, enrol_app, enrol_recovery_codes

TOKEN = V1 + "auth/token/"
ME = V1 + "auth/me/"
PASSWORD = "correct horse battery"


@pytest.fixture
def make_user(clinic: Clinic, member: Callable[..., Member], settings: Settings) -> Callable[[Role], User]:
    """Make somebody with a password, whose hash is quick to check."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def make(role: Role) -> User:
        user = member(clinic, role, "ana").user
        user.set_password(PASSWORD)
        user.save()
        return user

    return make


@pytest.fixture
def ana(make_user: Callable[[Role], User]) -> User:
    return make_user(Role.CLINICIAN)


def sign_in(api: APIClient, **more: str) -> Any:
    return send(api, "post", TOKEN, {"username": "ana", "password": PASSWORD, **more})


def bearing(secret: str) -> APIClient:
    """A client that sends the token or key."""
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return api


class TestAnAuthenticatorApp:
    @pytest.fixture(autouse=True)
    def enrolled(self, ana: User) -> Authenticator:
        return enrol_app(ana, NOW)

    def test_is_asked_for(self, anonymous: APIClient) -> None:
        response = sign_in(anonymous)

        assert_problem(response, 401, "otp-required")
        assert "otp" in response.json()["detail"]

    def test_is_not_asked_for_where_the_password_is_wrong(self, anonymous: APIClient) -> None:
        assert_problem(sign_in(anonymous, password="wrong"), 401, "wrong-credentials")
        assert_problem(sign_in(anonymous, password="wrong", otp=code_at(NOW)), 401, "wrong-credentials")

    @pytest.mark.parametrize("seconds", [-30, 0, 30])
    def test_signs_in_with_its_code_of_now_or_a_step_beside(self, anonymous: APIClient, seconds: int) -> None:
        assert sign_in(anonymous, otp=code_at(NOW + timedelta(seconds=seconds))).status_code == 200

    @pytest.mark.parametrize("seconds", [-60, 60])
    def test_does_not_sign_in_with_an_older_or_later_code(self, anonymous: APIClient, seconds: int) -> None:
        response = sign_in(anonymous, otp=code_at(NOW + timedelta(seconds=seconds)))

        assert_problem(response, 401, "wrong-credentials")

    def test_takes_no_code_twice(self, anonymous: APIClient, clock: Any) -> None:
        later = NOW + timedelta(seconds=30)

        assert sign_in(anonymous, otp=code_at(later)).status_code == 200

        clock.move_to(later)
        assert_problem(sign_in(anonymous, otp=code_at(later)), 401, "wrong-credentials")
        # Nor one before the one that was taken.
        assert_problem(sign_in(anonymous, otp=code_at(NOW)), 401, "wrong-credentials")
        assert sign_in(anonymous, otp=code_at(later + timedelta(seconds=30))).status_code == 200

    def test_is_stored_as_ciphertext(self, ana: User) -> None:
        stored = str(Authenticator.objects.values_list("data", flat=True).get(user=ana))

        assert "JBSWY3DP" not in stored

    def test_counts_a_wrong_code_as_a_failed_login(
        self, anonymous: APIClient, settings: Settings, nothing_counted: None
    ) -> None:
        settings.LOGIN_FAILURES_PER_ACCOUNT = 2

        assert_problem(sign_in(anonymous), 401, "otp-required")
        assert_problem(sign_in(anonymous, otp="000000"), 401, "wrong-credentials")
        assert_problem(sign_in(anonymous, otp="000000"), 401, "wrong-credentials")
        assert_problem(sign_in(anonymous, otp=code_at(NOW)), 429, "too-many-requests")


class TestRecoveryCodes:
    def test_sign_in_once_each(self, anonymous: APIClient, ana: User) -> None:
        enrol_app(ana, NOW)
        first, second, *_ = enrol_recovery_codes(ana)

        assert sign_in(anonymous, otp=first).status_code == 200
        assert_problem(sign_in(anonymous, otp=first), 401, "wrong-credentials")
        assert sign_in(anonymous, otp=f"{second[:4]} {second[4:]}").status_code == 200

    def test_are_what_somebody_sends_who_has_passkeys_only(self, anonymous: APIClient, ana: User) -> None:
        Authenticator.objects.create(user=ana, type=Authenticator.Type.WEBAUTHN, data={})
        code, *_ = enrol_recovery_codes(ana)

        assert_problem(sign_in(anonymous), 401, "otp-required")
        assert sign_in(anonymous, otp=code).status_code == 200


class TestAClinicsPolicy:
    @pytest.mark.parametrize(
        ("policy", "asked"),
        [
            (SecondFactorPolicy.OPTIONAL, set()),
            (SecondFactorPolicy.STAFF, {Role.ADMIN, Role.CLINICIAN, Role.RESEARCHER}),
            (SecondFactorPolicy.EVERYONE, set(Role) - {Role.SERVICE}),
        ],
    )
    @pytest.mark.parametrize("role", Role)
    def test_lets_nobody_in_who_has_none_and_has_to(
        self,
        anonymous: APIClient,
        clinic: Clinic,
        make_user: Callable[[Role], User],
        policy: SecondFactorPolicy,
        asked: set[Role],
        role: Role,
    ) -> None:
        make_user(role)
        services.require_second_factor(clinic_id=clinic.id, policy=policy)

        response = sign_in(anonymous)

        if role in asked:
            assert_problem(response, 401, "second-factor-required")
            assert_problem(sign_in(anonymous, otp="123456"), 401, "second-factor-required")
        else:
            assert response.status_code == 200

    def test_is_met_by_an_authenticator_app(self, anonymous: APIClient, clinic: Clinic, ana: User) -> None:
        enrol_app(ana, NOW)

        waiting = services.require_second_factor(clinic_id=clinic.id, policy=SecondFactorPolicy.EVERYONE)

        assert waiting == 0
        assert sign_in(anonymous, otp=code_at(NOW)).status_code == 200

    def test_does_not_tell_it_to_somebody_with_a_wrong_password(
        self, anonymous: APIClient, clinic: Clinic, ana: User
    ) -> None:
        services.require_second_factor(clinic_id=clinic.id, policy=SecondFactorPolicy.EVERYONE)

        assert_problem(sign_in(anonymous, password="wrong"), 401, "wrong-credentials")


class TestTokensFromBeforeThePolicy:
    @pytest.fixture
    def tokens(self, ana: User, clinic: Clinic) -> TokenPair:
        tokens = tokens_of(ana)
        services.require_second_factor(clinic_id=clinic.id, policy=SecondFactorPolicy.STAFF)
        return tokens

    def test_open_nothing_to_who_has_none(self, tokens: TokenPair) -> None:
        response = bearing(tokens.access).get(ME)

        assert_problem(response, 401, "second-factor-required")
        assert "authenticator app" in response.json()["detail"]

    def test_are_not_refreshed_and_not_used_up(self, anonymous: APIClient, tokens: TokenPair, clinic: Clinic) -> None:
        body = {"refresh": tokens.refresh}

        for _ in range(2):
            assert_problem(send(anonymous, "post", f"{TOKEN}refresh/", body), 401, "second-factor-required")

        services.require_second_factor(clinic_id=clinic.id, policy=SecondFactorPolicy.OPTIONAL)
        assert bearing(tokens.access).get(ME).status_code == 200
        assert send(anonymous, "post", f"{TOKEN}refresh/", body).status_code == 200

    def test_that_were_used_end_their_session_all_the_same(
        self, anonymous: APIClient, ana: User, clinic: Clinic
    ) -> None:
        first = tokens_of(ana).refresh
        assert send(anonymous, "post", f"{TOKEN}refresh/", {"refresh": first}).status_code == 200
        services.require_second_factor(clinic_id=clinic.id, policy=SecondFactorPolicy.STAFF)

        assert_problem(send(anonymous, "post", f"{TOKEN}refresh/", {"refresh": first}), 401, "token-refused")
        assert Session.objects.filter(user=ana, revoked_because=Ending.REUSE).exists()

    def test_open_what_they_did_to_who_has_one(self, anonymous: APIClient, tokens: TokenPair, ana: User) -> None:
        enrol_app(ana, NOW)

        assert bearing(tokens.access).get(ME).status_code == 200
        assert send(anonymous, "post", f"{TOKEN}refresh/", {"refresh": tokens.refresh}).status_code == 200

    def test_of_who_has_recovery_codes_only_open_nothing(self, tokens: TokenPair, ana: User) -> None:
        enrol_recovery_codes(ana)

        assert_problem(bearing(tokens.access).get(ME), 401, "second-factor-required")

    def test_of_patients_go_on_where_only_the_staff_has_to(
        self, anonymous: APIClient, make_user: Callable[[Role], User], clinic: Clinic
    ) -> None:
        tokens = tokens_of(make_user(Role.PATIENT))
        services.require_second_factor(clinic_id=clinic.id, policy=SecondFactorPolicy.STAFF)

        assert bearing(tokens.access).get(ME).status_code == 200
        assert send(anonymous, "post", f"{TOKEN}refresh/", {"refresh": tokens.refresh}).status_code == 200

    def test_and_those_of_another_clinic_go_on(
        self, tokens: TokenPair, other_clinic: Clinic, member: Callable[..., Member]
    ) -> None:
        assert member(other_clinic, Role.ADMIN).api.get(ME).status_code == 200

    def test_and_service_keys_go_on(self, admin: Member, clinic: Clinic) -> None:
        _, secret = create_key(admin.caller, name="Laboratory", scopes=[Scope.READINGS_READ], now=NOW)

        services.require_second_factor(clinic_id=clinic.id, policy=SecondFactorPolicy.EVERYONE)

        assert bearing(secret).get(ME).status_code == 200

    def test_are_looked_up_in_one_query(
        self, tokens: TokenPair, ana: User, django_assert_num_queries: Callable[[int], Any]
    ) -> None:
        enrol_app(ana, NOW)
        authentication = BearerAuthentication()
        token = authentication.get_validated_token(tokens.access.encode())

        with django_assert_num_queries(1):
            found = authentication._session(token)
            assert found.user.membership.caller().role is Role.CLINICIAN
