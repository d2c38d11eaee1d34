"""`members/`: who belongs to the clinic, inviting, changing and removing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator

from accounts import members
from accounts.errors import LastAdministrator
from accounts.models import Clinic, Invitation, Session, User
from accounts.roles import Role
from tests.api.asserting import NOW, V1, assert_field_refused, assert_not_found, assert_problem, pages, send
from tests.conftest import Member
from tests.second_factors import enrol_app, enrol_recovery_codes
from work.models import OutboxEntry

MEMBERS = V1 + "members/"
NEW = {"email": "Eva@Example.org", "name": "Eva Prado", "role": "clinician"}
UNKNOWN = "01952f00-0000-7000-8000-000000000000"


def invite(by: Member, **fields: Any) -> Any:
    return send(by.api, "post", MEMBERS, {**NEW, **fields})


def address(user_id: UUID | str, more: str = "") -> str:
    return f"{MEMBERS}{user_id}/{more}"


class TestTheList:
    def test_has_the_clinics_members_oldest_first_in_pages(self, people: dict[str, Member], admin: Member) -> None:
        found = pages(admin.api, MEMBERS, {"page_size": 3})

        ids = [one["id"] for page in found for one in page]
        assert ids == sorted(str(one.user.id) for word, one in people.items() if "another clinic" not in word)
        assert {len(page) for page in found[:-1]} == {3}

    def test_tells_who_is_invited_active_and_deactivated(self, admin: Member, clinician: Member) -> None:
        invite(admin)
        enrol_app(clinician.user, NOW)
        User.objects.filter(id=clinician.user.id).update(is_active=False)

        told = [(one["status"], one["second_factor"]) for one in admin.api.get(MEMBERS).json()["results"]]

        assert told == [("active", False), ("deactivated", True), ("invited", False)]


class TestAnInvitation:
    def test_makes_somebody_who_cannot_sign_in_yet(self, admin: Member) -> None:
        answer = invite(admin).json()

        assert answer == {
            "id": answer["id"],
            "username": "eva@example.org",
            "name": "Eva Prado",
            "email": "eva@example.org",
            "role": "clinician",
            "status": "invited",
            "second_factor": False,
            "invitation_expires_at": None,
        }
        user = User.objects.get(id=answer["id"])
        assert (user.is_active, user.has_usable_password()) == (False, False)

    def test_is_mailed_in_the_background(self, admin: Member) -> None:
        answer = invite(admin).json()

        entry = OutboxEntry.objects.get()
        assert (entry.kind, entry.payload) == ("invitation_mail", {"user": answer["id"]})
        assert "eva" not in str(vars(entry))

    @pytest.mark.parametrize("email", ["eva@example.org", "EVA@example.ORG"])
    @pytest.mark.parametrize("where", ["clinic", "other_clinic"])
    def test_of_an_address_that_somebody_has_is_a_conflict(
        self, admin: Member, member: Callable[..., Member], request: pytest.FixtureRequest, where: str, email: str
    ) -> None:
        somebody = member(request.getfixturevalue(where), Role.RESEARCHER).user
        somebody.email = email
        somebody.save()

        assert_problem(invite(admin), 409, "conflict")
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [("email", "nobody"), ("email", ""), ("role", "service"), ("role", "owner"), ("name", ""), ("language", "xx")],
    )
    def test_with_something_wrong_is_refused(self, admin: Member, field: str, value: str) -> None:
        assert_field_refused(invite(admin, **{field: value}), f"/{field}")

    def test_is_sent_again_by_a_new_entry_of_the_outbox(self, admin: Member) -> None:
        invited = invite(admin).json()["id"]

        response = admin.api.post(address(invited, "invitation/"))

        assert response.status_code == 202
        assert OutboxEntry.objects.filter(kind="invitation_mail").count() == 2

    def test_that_is_revoked_leaves_nobody(self, admin: Member) -> None:
        invited = invite(admin).json()["id"]

        assert admin.api.delete(address(invited)).status_code == 204

        assert_not_found(admin.api.get(address(invited)))
        assert invite(admin).status_code == 201

    def test_is_accepted_by_the_invited_only(self, admin: Member) -> None:
        invited = invite(admin).json()["id"]

        assert_problem(send(admin.api, "patch", address(invited), {"active": True}), 409, "conflict")


class TestAChange:
    def test_of_the_role_holds_from_the_next_request(self, admin: Member, clinician: Member) -> None:
        response = send(admin.api, "patch", address(clinician.user.id), {"role": "admin"})

        assert response.json()["role"] == "admin"
        assert clinician.api.get(MEMBERS).status_code == 200

    def test_that_deactivates_ends_every_token(self, admin: Member, clinician: Member) -> None:
        response = send(admin.api, "patch", address(clinician.user.id), {"active": False})

        assert response.json()["status"] == "deactivated"
        assert_problem(clinician.api.get(V1 + "auth/me/"), 401, "token-refused")
        assert not Session.objects.filter(user=clinician.user, revoked_at=None).exists()
        assert send(admin.api, "patch", address(clinician.user.id), {"active": True}).json()["status"] == "active"

    @pytest.mark.parametrize("body", [{"role": "clinician"}, {"active": False}, {"active": True}])
    def test_of_ones_own_standing_is_a_conflict(self, admin: Member, body: dict[str, Any]) -> None:
        assert_problem(send(admin.api, "patch", address(admin.user.id), body), 409, "conflict")
        assert_problem(admin.api.delete(address(admin.user.id)), 409, "conflict")
        assert admin.api.get(MEMBERS).status_code == 200

    def test_of_ones_own_name_is_none(self, admin: Member) -> None:
        assert send(admin.api, "patch", address(admin.user.id), {"name": "Ana"}).json()["name"] == "Ana"

    def test_that_leaves_no_administrator_is_a_conflict(
        self, admin: Member, clinic: Clinic, member: Callable[..., Member]
    ) -> None:
        """The token of somebody who is deactivated meanwhile does nothing, so the last one is left by a race only."""
        other = member(clinic, Role.ADMIN)
        User.objects.filter(id=admin.user.id).update(is_active=False)
        with pytest.raises(LastAdministrator):
            members.change_member(admin.caller, other.user.id, role=Role.CLINICIAN)

    @pytest.mark.parametrize("body", [{"role": "service"}, {"email": "x@example.org"}, {"name": ""}])
    def test_of_something_else_is_refused(self, admin: Member, clinician: Member, body: dict[str, Any]) -> None:
        response = send(admin.api, "patch", address(clinician.user.id), body)

        assert_field_refused(response, f"/{next(iter(body))}")


class TestALostSecondFactor:
    def test_is_forgotten_whole(self, admin: Member, clinician: Member) -> None:
        enrol_app(clinician.user, NOW)
        enrol_recovery_codes(clinician.user)

        assert admin.api.delete(address(clinician.user.id, "second-factor/")).status_code == 204

        assert not Authenticator.objects.exists()

    def test_of_ones_own_is_a_conflict(self, admin: Member) -> None:
        enrol_app(admin.user, NOW)

        assert_problem(admin.api.delete(address(admin.user.id, "second-factor/")), 409, "conflict")
        assert Authenticator.objects.exists()
