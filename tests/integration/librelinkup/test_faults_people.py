"""Whom an account shows: nobody is taken for another, and nothing is lost when they are back."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from glucose.account_states import AccountState
from glucose.errors import AlreadyLinked, CannotBeToldApart
from glucose.models import VendorPatient
from glucose.services.links import link
from glucose.services.sync import sync_account
from tests.integration.librelinkup.scene import START, Scene


def problem(vendor_id: str, account_id: UUID) -> tuple[str, str]:
    person = VendorPatient.objects.get(vendor_id=vendor_id, account_id=account_id)
    return person.state, person.problem


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("empty_connections", "vanished"), ("patient_removed", "vanished"), ("patient_twice", "twice")],
)
def test_who_cannot_be_told_is_not_synced_and_loses_nothing(scene: Scene, kind: str, expected: str) -> None:
    patient, vendor_id = scene.follow()
    scene.visit()
    before = scene.stored(patient)
    scene.fault(kind)

    scene.poll(30)

    assert scene.stored(patient) == before
    assert problem(vendor_id, scene.account.id) == ("linked", expected)
    assert scene.standing().state == AccountState.ACTIVE
    scene.heal()
    scene.poll(40)
    assert problem(vendor_id, scene.account.id) == ("linked", "")
    assert scene.is_theirs_alone(patient, vendor_id)
    assert scene.has_all_since(patient, vendor_id, START - timedelta(hours=11))


def test_the_others_go_on_while_one_is_gone(scene: Scene) -> None:
    gone, gone_id = scene.follow()
    there, there_id = scene.follow()
    scene.fault("patient_removed", patient=gone_id)

    scene.visit()

    assert scene.stored(gone) == []
    assert scene.is_theirs_alone(there, there_id)


def test_one_who_is_shown_twice_cannot_be_linked(scene: Scene) -> None:
    person = scene.vendor.create_patient(account=scene.account.email)
    scene.fault("patient_twice")
    scene.visit()
    patient, _ = scene.follow()

    with pytest.raises(CannotBeToldApart):
        link(scene.admin.caller, scene.account.id, person["id"], patient.id)

    assert scene.set_aside() == {"a patientId occurs twice": 1}
    assert scene.standing().quarantined == 1


def test_one_who_moved_to_another_account_is_moved_by_linking_only(scene: Scene) -> None:
    patient, vendor_id = scene.follow()
    other = scene.another_account()
    scene.visit()
    scene.vendor.move_patient(vendor_id, other.email)
    scene.go(5)

    # The new account is visited before the old one shows that they are gone.
    scene.visit(other)
    assert problem(vendor_id, other.id) == ("unlinked", "elsewhere")
    with pytest.raises(AlreadyLinked):
        link(scene.admin.caller, other.id, vendor_id, patient.id)
    scene.visit()
    assert problem(vendor_id, scene.account.id) == ("linked", "vanished")
    scene.go(60)
    before = scene.stored(patient)
    scene.visit(other)
    assert scene.stored(patient) == before
    assert problem(vendor_id, other.id) == ("unlinked", "")

    link(scene.admin.caller, other.id, vendor_id, patient.id)
    scene.visit(other)

    assert problem(vendor_id, other.id) == ("linked", "")
    assert problem(vendor_id, scene.account.id) == ("unlinked", "vanished")
    for _ in range(5):
        scene.go(5)
        scene.visit(other)
    assert scene.is_theirs_alone(patient, vendor_id)
    assert scene.has_all_since(patient, vendor_id, START - timedelta(hours=10))


def test_a_newcomer_whose_history_could_not_be_read_gets_it_later(scene: Scene) -> None:
    patient, vendor_id = scene.follow()
    scene.fault("could_not_load", count=1)
    scene.visit()
    assert len(scene.stored(patient)) == 1
    assert scene.set_aside() == {"a history could not be read: LibreLinkUp answered with its own status 4.": 1}
    scene.go(5)

    assert scene.visit().histories == 1

    assert len(scene.stored(patient)) > 100
    assert scene.is_theirs_alone(patient, vendor_id)


def test_one_without_any_reading_is_asked_for_once_an_hour(scene: Scene) -> None:
    scene.follow(trace={"kind": "empty"})

    scene.visit()
    scene.poll(60)

    assert scene.calls().count("graph") == 2


def test_a_clock_that_goes_on_ends_a_visits_histories(scene: Scene) -> None:
    people = [scene.follow() for _ in range(4)]

    def clock() -> datetime:
        scene.now += timedelta(seconds=8)
        return scene.now

    visit = sync_account(account_id=scene.account.id, holder="a", clock=clock)

    assert 0 < visit.histories < 4
    scene.go(5)
    scene.visit()
    assert all(len(scene.stored(patient)) > 100 for patient, _ in people)
    assert all(scene.is_theirs_alone(*person) for person in people)
