"""What a kind of fault does, and one fault of a kind that was set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from simulator.faults.call import ANY, DATA, Call
from simulator.fields import Fields, InvalidError
from simulator.http_message import Answer
from simulator.instants import rfc3339
from simulator.regions import split_region
from simulator.world import World

Body = dict[str, Any]
Params = dict[str, Any]
Reader = Callable[[Fields, str], Any]
GLOB = "*?["


@dataclass(eq=False)
class Fault:
    """One fault that was set; ``left`` is None while it lasts until it is removed."""

    id: int
    kind: str
    account: str | None
    path: str | None
    count: int | None
    params: Params
    set_ms: int
    left: int | None = None
    hit_accounts: set[str] = field(default_factory=set)

    def is_about(self, call: Call) -> bool:
        """Whether account and path are those of the call."""
        return self.account in (None, call.account) and (self.path is None or is_at(call.request.path, self.path))

    def public(self) -> dict[str, Any]:
        """What the admin API shows."""
        return {
            "id": self.id,
            "kind": self.kind,
            "account": self.account,
            "path": self.path,
            "count": self.count,
            "left": self.left,
            "params": self.params,
            "set_at": rfc3339(self.set_ms),
        }


def is_at(path: str, pattern: str) -> bool:
    """Whether a path begins with the pattern, is the one that ``$`` ends, or fits the glob as a whole."""
    pattern = split_region(pattern)[1]
    if any(sign in pattern for sign in GLOB):
        return fnmatchcase(path, pattern)
    return path == pattern[:-1] if pattern.endswith("$") else path.startswith(pattern)


def _always(_call: Call, _fault: Fault) -> bool:
    return True


def _given_patient(_call: Call, fault: Fault) -> str | None:
    patient_id: str | None = fault.params.get("patient")
    return patient_id


def _as_they_are(_world: World, _account: str | None, params: Params) -> Params:
    return params


@dataclass(frozen=True)
class Whole:
    """A kind that decides the whole answer; ``answer`` is given the one that it stands in for.

    ``once`` is for what changes the vendor's state: without a count it happens one time. ``prepare`` completes
    the parameters as the fault is set, ``undo`` takes back what it did to an account.
    """

    respond: Callable[[Call, Fault, Callable[[], Answer]], Answer]
    calls: frozenset[str] = ANY
    params: Mapping[str, Reader] = field(default_factory=dict)
    when: Callable[[Call, Fault], bool] = _always
    once: bool = False
    prepare: Callable[[World, str | None, Params], Params] = _as_they_are
    undo: Callable[[World, str], None] | None = None

    def hits(self, call: Call, fault: Fault) -> bool:
        """Whether the call is one that such a fault may answer."""
        return call.name in self.calls and self.when(call, fault)


@dataclass(frozen=True)
class Within:
    """A kind that changes a good answer with data: ``change`` is given a copy of its body.

    ``patient`` tells of whom such a fault changes what is shown; None is everybody. Those of an earlier turn come
    first: what is read anew before the changes, what is no measurement any more after them.
    """

    change: Callable[[Call, Fault, Body], Body]
    calls: frozenset[str] = DATA
    params: Mapping[str, Reader] = field(default_factory=dict)
    patient: Callable[[Call, Fault], str | None] = _given_patient
    turn: int = 0

    def hits(self, call: Call, fault: Fault) -> bool:
        """Whether the answer holds what such a fault changes, of the patient it is for."""
        if call.name not in self.calls:
            return False
        patient_id = self.patient(call, fault)
        if patient_id is None or call.patient_id is not None:
            return patient_id in (None, call.patient_id)
        patient = call.world.patients.get(patient_id)
        return patient is not None and patient.account == call.account


Kind = Whole | Within


def read_params(kind: str, readers: Mapping[str, Reader], body: object) -> Params:
    """The parameters of a kind, complete with defaults; raises ``InvalidError``."""
    given = {} if body is None else body
    if not isinstance(given, Mapping):
        raise InvalidError("params: expected a JSON object")
    unknown = sorted(set(given) - set(readers))
    if unknown:
        known = ", ".join(sorted(readers)) or "none"
        raise InvalidError(f"params: {kind} has no {unknown[0]!r} (it has: {known})")
    fields = Fields(given)
    try:
        return {name: read(fields, name) for name, read in readers.items()}
    except InvalidError as error:
        raise InvalidError(f"params.{error}") from error
