"""Everything the simulator knows: accounts, patients, injected readings, tokens."""

import threading
from dataclasses import asdict, replace
from typing import Any

from simulator.accounts import Account, account_from_record
from simulator.clock import Clock, Setting, wall_ms
from simulator.journal import Event, Journal
from simulator.lockout import Lockout
from simulator.patients import Patient, patient_from_record
from simulator.tokens import Grant, Grants, Ticket, digest, new_token
from simulator.truth.injected import NONE_INJECTED, Injected


class UnknownError(LookupError):
    """There is no such account or patient."""


class DuplicateError(ValueError):
    """The account or patient exists already."""


class World:
    """The state; each change is an event that goes to the journal first and is then applied."""

    def __init__(self, *, clock: Clock, journal: Journal) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.lockout = Lockout()
        self.accounts: dict[str, Account] = {}
        self.patients: dict[str, Patient] = {}
        self._followed: dict[str, list[str]] = {}
        self._injected: dict[str, Injected] = {}
        self._grants = Grants()
        self._journal = journal
        for event in journal.read():
            self._apply(event)

    def account(self, email: str) -> Account:
        """The account of an address; raises ``UnknownError``."""
        if email not in self.accounts:
            raise UnknownError(f"no account {email}")
        return self.accounts[email]

    def patient(self, patient_id: str) -> Patient:
        """The patient of an id; raises ``UnknownError``."""
        if patient_id not in self.patients:
            raise UnknownError(f"no patient {patient_id}")
        return self.patients[patient_id]

    def patients_of(self, email: str) -> list[Patient]:
        """The patients an account follows, in the order they were created."""
        return [self.patients[patient_id] for patient_id in list(self._followed.get(email, ()))]

    def injected(self, patient_id: str) -> Injected:
        """The points injected for a patient."""
        return self._injected.get(patient_id, NONE_INJECTED)

    def grant(self, token: str) -> Grant | None:
        """The grant of a token that has not expired, or None."""
        grant = self._grants.find(token)
        return grant if grant is not None and self.clock.now_ms() < grant.expires_ms else None

    def holder(self, token: str) -> str | None:
        """The address of the account a token was made for, even when it has expired."""
        grant = self._grants.find(token)
        return grant.account if grant else None

    def add_account(self, account: Account) -> None:
        """Create an account; raises ``DuplicateError``."""
        with self.lock:
            if account.email in self.accounts:
                raise DuplicateError(f"account {account.email} exists")
            self._record({"event": "account", "account": account.record()})

    def change_account(self, email: str, **changes: Any) -> None:
        """Give an account other fields: ``password_digest``, ``region`` or ``steps``; raises ``UnknownError``."""
        with self.lock:
            account = replace(self.account(email), **changes)
            self._record({"event": "account", "account": account.record()})

    def add_patient(self, patient: Patient) -> None:
        """Create a patient; raises ``DuplicateError`` or, for its account, ``UnknownError``."""
        with self.lock:
            self.account(patient.account)
            if patient.id in self.patients:
                raise DuplicateError(f"patient {patient.id} exists")
            self._record({"event": "patient", "patient": patient.record()})

    def move_patient(self, patient_id: str, email: str) -> None:
        """Let another account follow a patient; raises ``UnknownError``."""
        with self.lock:
            self.account(email)
            self.patient(patient_id)
            self._record({"event": "moved", "id": patient_id, "account": email})

    def inject(self, patient_id: str, readings: list[tuple[int, int]], visible_ms: int) -> None:
        """Put ``(epoch ms, mg/dL)`` into a patient's truth, hidden from the vendor until an instant."""
        with self.lock:
            self.patient(patient_id)
            if readings:
                self._record({"event": "readings", "id": patient_id, "readings": readings, "visible_ms": visible_ms})

    def take_step(self, email: str, step: str) -> Account:
        """The holder of an account accepts a document; answers the account after that."""
        with self.lock:
            self._record({"event": "step", "email": email, "step": step})
            return self.accounts[email]

    def issue(self, email: str, *, is_for_step: bool) -> Ticket:
        """Hand out a token."""
        ticket, grant = new_token(email, is_for_step=is_for_step, now_ms=self.clock.now_ms())
        with self.lock:
            self._record({"event": "grant", "grant": grant.record()})
        return ticket

    def revoke(self, token: str) -> None:
        """Make a token unknown."""
        with self.lock:
            self._record({"event": "revoke", "digest": digest(token)})

    def revoke_all(self, email: str) -> None:
        """End every token of an account; raises ``UnknownError``."""
        with self.lock:
            self.account(email)
            self._record({"event": "revoke_all", "email": email})

    def set_clock(self, *, now_ms: int, speed: float) -> None:
        """Set the simulated clock."""
        with self.lock:
            self._record({"event": "clock", "clock": asdict(Setting(now_ms, speed, wall_ms()))})

    def close(self) -> None:
        """Stop keeping events."""
        with self.lock:
            self._journal.close()

    def _record(self, event: Event) -> None:
        self._journal.append(event)
        self._apply(event)

    def _apply(self, event: Event) -> None:
        match event:
            case {"event": "account", "account": record}:
                account = account_from_record(record)
                self.accounts[account.email] = account
            case {"event": "patient", "patient": record}:
                patient = patient_from_record(record)
                self.patients[patient.id] = patient
                self._followed.setdefault(patient.account, []).append(patient.id)
            case {"event": "moved", "id": patient_id, "account": email}:
                patient = self.patients[patient_id]
                self._followed[patient.account].remove(patient_id)
                self._followed.setdefault(email, []).append(patient_id)
                self.patients[patient_id] = replace(patient, account=email)
            case {"event": "readings", "id": patient_id, "readings": rows, "visible_ms": visible_ms}:
                readings = [(int(t), int(v)) for t, v in rows]
                self._injected[patient_id] = self.injected(patient_id).adding(readings, visible_ms)
            case _:
                self._apply_to_access(event)

    def _apply_to_access(self, event: Event) -> None:
        match event:
            case {"event": "step", "email": email, "step": step}:
                self.accounts[email] = self.accounts[email].without_step(step)
            case {"event": "grant", "grant": grant}:
                self._grants.add(Grant(**grant))
            case {"event": "revoke", "digest": token_digest}:
                self._grants.revoke(token_digest)
            case {"event": "revoke_all", "email": email}:
                self._grants.expire_all(email)
            case {"event": "clock", "clock": setting}:
                self.clock.set(Setting(**setting))
