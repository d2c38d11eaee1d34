"""Everything the simulated Dexcom Share knows: accounts, their readings, sessions and faults."""

import threading
import uuid
from dataclasses import dataclass

from simulator.clock import Clock
from simulator.dexcom_share.accounts import Account
from simulator.dexcom_share.faults import Faults
from simulator.dexcom_share.readings import Reading, Readings
from simulator.instants import DAY_MS
from simulator.world import DuplicateError, UnknownError

SESSION_MS = DAY_MS


@dataclass(frozen=True)
class Session:
    """Who a session id stands for, and until when."""

    username: str
    expires_ms: int


class World:
    """The state, in memory; safe to use from several threads."""

    def __init__(self, *, clock: Clock) -> None:
        self.clock = clock
        self.faults = Faults()
        self.accounts: dict[str, Account] = {}
        self._readings: dict[str, Readings] = {}
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def account(self, username: str) -> Account:
        """The account of a name; raises ``UnknownError``."""
        if username not in self.accounts:
            raise UnknownError(f"no account {username}")
        return self.accounts[username]

    def account_of_id(self, account_id: str) -> Account | None:
        """The account of the vendor's id, or None."""
        return next((one for one in list(self.accounts.values()) if one.id == account_id.lower()), None)

    def add_account(self, account: Account) -> None:
        """Create an account; raises ``DuplicateError``."""
        with self._lock:
            if account.username in self.accounts:
                raise DuplicateError(f"account {account.username} exists")
            self._readings[account.username] = Readings()
            self.accounts[account.username] = account

    def inject(self, username: str, readings: list[Reading]) -> None:
        """Put readings into a person's truth."""
        self.account(username)
        with self._lock:
            for reading in readings:
                self._readings[username].put(reading)

    def truth(self, username: str, start_ms: int, end_ms: int) -> list[Reading]:
        """A person's readings of ``[start, end)``, whether the vendor has them or not; raises ``UnknownError``."""
        self.account(username)
        with self._lock:
            return self._readings[username].between(start_ms, end_ms)

    def shown(self, username: str, start_ms: int) -> list[Reading]:
        """What the vendor has of a person since an instant, the newest first."""
        with self._lock:
            return self._readings[username].shown(start_ms, self.clock.now_ms())

    def new_session(self, username: str) -> str:
        """The id of a session that lasts a day; earlier ones stay."""
        session_id = str(uuid.uuid4())
        self._sessions[session_id] = Session(username, self.clock.now_ms() + SESSION_MS)
        return session_id

    def session(self, session_id: str) -> Session | None:
        """The session of an id, expired or not; None for an unknown one."""
        return self._sessions.get(session_id.lower())
