"""The faults that are set, and how they are taken by requests."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from simulator.accounts import normalised
from simulator.faults.call import Call
from simulator.faults.kind import Fault, Kind, Whole, Within, read_params
from simulator.faults.kinds import KINDS
from simulator.fields import Fields, InvalidError
from simulator.http_message import Answer
from simulator.world import UnknownError, World

MOST_HITS = 10**9
FIELDS = {"account", "path", "kind", "count", "params"}


class Faults:
    """Kept in memory only; a fault is taken under one lock, so it hits as often as it says."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._faults: list[Fault] = []

    def set(self, body: object) -> Fault:
        """Set a fault as the body describes it; raises ``InvalidError`` or ``UnknownError``."""
        fault = self._read(body)
        with self._lock:
            self._faults.append(fault)
        return fault

    def standing(self) -> list[Fault]:
        """Those that still hit, in the order they were set."""
        return [fault for fault in list(self._faults) if fault.left != 0]

    def clear(self, account: str | None) -> None:
        """Remove the faults of one account, or all, and what they left on accounts."""
        with self._lock:
            gone = [fault for fault in self._faults if account in (None, fault.account)]
            self._faults = [fault for fault in self._faults if fault not in gone]
        for fault in gone:
            self._undo(fault)

    def remove(self, number: int) -> None:
        """Remove one; raises ``UnknownError``."""
        with self._lock:
            gone = [fault for fault in self._faults if fault.id == number]
            self._faults = [fault for fault in self._faults if fault.id != number]
        if not gone:
            raise UnknownError(f"no fault {number}")
        self._undo(gone[0])

    def answer(self, call: Call) -> Answer:
        """The answer to a call as the faults make it."""
        return self._whole(call, self.standing())

    def _whole(self, call: Call, faults: list[Fault]) -> Answer:
        """What the first one answers; those set later are behind it, where its answer needs one."""
        for index, fault in enumerate(faults):
            kind = KINDS[fault.kind]
            if isinstance(kind, Whole) and self._take(fault, kind, call):
                behind = partial(self._whole, call, faults[index + 1 :])
                return kind.respond(call, fault, behind).hit_by(fault.kind)
        return self._with_changes(call)

    def _with_changes(self, call: Call) -> Answer:
        answer = call.answer()
        within = [(fault, kind) for fault in self.standing() if isinstance(kind := KINDS[fault.kind], Within)]
        for fault, kind in sorted(within, key=lambda pair: pair[1].turn):
            if _has_data(answer) and self._take(fault, kind, call):
                body = kind.change(call, fault, answer.json_copy())
                answer = replace(answer, body=body).hit_by(fault.kind)
        return answer

    def _take(self, fault: Fault, kind: Kind, call: Call) -> bool:
        with self._lock:
            if fault.left == 0 or fault not in self._faults or not fault.is_about(call) or not kind.hits(call, fault):
                return False
            if fault.left is not None:
                fault.left -= 1
            if call.account is not None:
                fault.hit_accounts.add(call.account)
            if fault.left == 0 and _undo_of(kind) is None:
                self._faults.remove(fault)
            return True

    def _undo(self, fault: Fault) -> None:
        undo = _undo_of(KINDS[fault.kind])
        if undo is not None:
            for email in fault.hit_accounts:
                undo(self._world, email)

    def _read(self, body: object) -> Fault:
        fields = Fields(body)
        if unknown := sorted(set(fields.names()) - FIELDS):
            raise InvalidError(f"{unknown[0]}: unknown field; expected {', '.join(sorted(FIELDS))}")
        name = fields.choice("kind", tuple(KINDS))
        kind = KINDS[name]
        account = None if fields.raw("account") is None else normalised(fields.text("account"))
        if account is not None:
            self._world.account(account)
        params = read_params(name, kind.params, fields.raw("params"))
        count = _count(fields, kind)
        path = None if fields.raw("path") is None else fields.text("path")
        if path is not None and path[0] not in "/*":
            raise InvalidError("path: expected a path from / on")
        if isinstance(kind, Whole):
            params = kind.prepare(self._world, account, params)
        now_ms = self._world.clock.now_ms()
        return Fault(next(self._numbers), name, account, path, count, params, now_ms, left=count)


def _count(fields: Fields, kind: Kind) -> int | None:
    if fields.raw("count") is not None:
        return fields.integer("count", low=1, high=MOST_HITS)
    return 1 if isinstance(kind, Whole) and kind.once else None


def _undo_of(kind: Kind) -> Callable[[World, str], None] | None:
    return kind.undo if isinstance(kind, Whole) else None


def _has_data(answer: Answer) -> bool:
    body: Any = answer.body
    return answer.status == 200 and isinstance(body, dict) and body.get("status") == 0 and "data" in body
