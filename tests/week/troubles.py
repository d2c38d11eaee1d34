"""Setting the troubles of the plan at the vendor, and taking them back."""

from typing import Any, Final

from django.conf import settings

from tests.week.people import next_version
from tests.week.plan import OF_LOGINS_TOO, Trouble
from tests.week.stage import REGIONS
from tests.week.walk import Walk

# A lock and documents to accept are ended by time and by people.
LEFT_TO_PEOPLE: Final = frozenset({"lock", "step_tou_pp"})


class Troubles:
    """Begins and ends each one; all of them end with the plan."""

    def __init__(self, walk: Walk, troubles: list[Trouble]) -> None:
        self.walk = walk
        self.begun = 0
        for trouble in troubles:
            walk.at(walk.start + trouble.start, lambda trouble=trouble: self._begin(trouble))  # type: ignore[misc]
        walk.at(walk.start + walk.plan.length, walk.vendor.clear_faults)

    def _begin(self, trouble: Trouble) -> None:
        self.begun += 1
        walk, vendor = self.walk, self.walk.vendor
        follower = walk.stage.followers[trouble.account]
        if trouble.kind == "patient_moved":
            self._move(trouble)
            return
        if trouble.kind == "password_changed":
            follower.password += "!"
            vendor.set_password(follower.email, follower.password)
        if trouble.kind == "region_changed":
            follower.region = REGIONS[(REGIONS.index(follower.region) + 1) % len(REGIONS)]
            vendor.set_region(follower.email, follower.region)
            return
        if trouble.kind in ("revoke_tokens", "password_changed") or trouble.kind in OF_LOGINS_TOO:
            vendor.revoke_tokens(follower.email)
        if trouble.kind not in ("revoke_tokens", "password_changed"):
            self._set(trouble)

    def _set(self, trouble: Trouble) -> None:
        follower = self.walk.stage.followers[trouble.account]
        params: dict[str, Any] = dict(trouble.params)
        if trouble.kind == "version_920":
            params["minimum"] = next_version(settings.LIBRELINKUP_VERSION)
        people = self.walk.stage.of(trouble.account)
        if trouble.person is not None and people:
            params["patient"] = people[trouble.person % len(people)].vendor_id
        fault = self.walk.vendor.fault(trouble.kind, follower.email, trouble.path, trouble.count, **params)
        if trouble.kind not in LEFT_TO_PEOPLE:
            self.walk.at(self.walk.start + trouble.end, lambda: self._end(fault["id"]))

    def _end(self, number: int) -> None:
        # One that hit as often as it was to is gone already: 404.
        self.walk.vendor.call("DELETE", f"/_sim/faults/{number}")

    def _move(self, trouble: Trouble) -> None:
        """Somebody is followed by another account from now on."""
        followers, people = self.walk.stage.followers, self.walk.stage.of(trouble.account)
        if len(people) > 1 and len(followers) > 1:
            person, to = people[0], followers[(trouble.account + 1) % len(followers)]
            fault = self.walk.vendor.move_patient(person.vendor_id, to.email)
            person.followed_by, person.moved = to.number, True
            self._end(fault["id"])
