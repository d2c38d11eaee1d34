"""What people do: they look now and then, link who is new, enter passwords, accept terms, and are impatient."""

from typing import Final
from uuid import uuid4

from django.conf import settings

from glucose.account_states import NOT_BEFORE, AccountState
from glucose.errors import AlreadyLinked, CannotBeToldApart
from glucose.models import SourceAccount, VendorPatient
from glucose.services.accounts import change_account, request_sync
from glucose.services.links import link
from glucose.services.terms import accept_terms
from glucose.services.visitors import VisitSkipped
from glucose.sources.librelinkup_answers import DOCUMENTS
from glucose.sources.port import SourceRefused
from tests.week.stage import Follower
from tests.week.walk import Walk

IMPATIENT: Final = 0.5


class People:
    """The administrators of the clinic, and the operator who raises the version."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        for follower in walk.stage.followers:
            self._look_again(follower, at_first=True)
        walk.after(60, self._operate)

    def _look_again(self, follower: Follower, *, at_first: bool = False) -> None:
        minutes = self.walk.rng.uniform(5, 15) if at_first else self.walk.rng.uniform(30, 150)
        self.walk.after(minutes, lambda: self._look(follower))

    def _look(self, follower: Follower) -> None:
        self._look_again(follower)
        account = SourceAccount.objects.get(id=follower.id)
        self._link(follower)
        state = AccountState(account.state)
        if state is AccountState.TERMS_REQUIRED and account.pending_step in DOCUMENTS:
            self._accept(follower)
        elif state in (AccountState.BAD_CREDENTIALS, AccountState.TERMS_REQUIRED, AccountState.DISABLED):
            self._enter(follower)
        elif state in NOT_BEFORE and self.walk.rng.random() < IMPATIENT:
            self._be_impatient(follower)
        elif self.walk.rng.random() < IMPATIENT / 4:
            request_sync(self.walk.stage.admin, follower.id)
            self.walk.visit(follower)

    def _link(self, follower: Follower) -> None:
        """Whoever waits is linked to the patient they are; it is the vendor's id that says so."""
        stage = self.walk.stage
        waiting = VendorPatient.objects.filter(account_id=follower.id, patient=None)
        for vendor_id in waiting.exclude(problem=VendorPatient.Problem.VANISHED).values_list("vendor_id", flat=True):
            try:
                link(stage.admin, follower.id, vendor_id, stage.people[vendor_id].patient_id)
            except (AlreadyLinked, CannotBeToldApart):
                continue
            for linked in self.walk.linked:
                linked.discard(vendor_id)
            self.walk.linked[follower.number].add(vendor_id)

    def _enter(self, follower: Follower) -> None:
        """The password that is the right one now."""
        change_account(self.walk.stage.admin, follower.id, now=self.walk.now, password=follower.password)
        self.walk.note(follower, "forgotten")
        self.walk.after(0.1, lambda: self._sync(follower))

    def _sync(self, follower: Follower) -> None:
        self.walk.visit(follower)

    def _be_impatient(self, follower: Follower) -> None:
        """None of this brings a time forward that the vendor named."""
        if self.walk.rng.random() < IMPATIENT:
            self._enter(follower)
            return
        for state in (AccountState.DISABLED, AccountState.ACTIVE):
            change_account(self.walk.stage.admin, follower.id, now=self.walk.now, state=state)
        self.walk.visit(follower)

    def _accept(self, follower: Follower) -> None:
        walk = self.walk
        user_id = walk.stage.admin.user_id
        visited = walk.begin_visit(follower)
        try:
            accept_terms(account_id=follower.id, user_id=user_id, holder=uuid4().hex, clock=lambda: walk.now)
        except (SourceRefused, VisitSkipped) as reason:
            visited.ended = f"accepting: {type(reason).__name__}"
        else:
            visited.ended = "accepted"
        walk.record.endings[visited.ended] += 1
        walk.after(0.1, lambda: self._sync(follower))

    def _operate(self) -> None:
        """The operator presents the version that the vendor demands."""
        self.walk.after(180, self._operate)
        if SourceAccount.objects.filter(state=AccountState.VERSION_REFUSED).exists():
            settings.LIBRELINKUP_VERSION = next_version(settings.LIBRELINKUP_VERSION)


def next_version(version: str) -> str:
    """The next minor one."""
    major, minor, patch = version.split(".")
    return f"{major}.{int(minor) + 1}.{patch}"
