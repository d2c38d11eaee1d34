"""Faults of logins: refusals, locks, redirects and documents to accept."""

from collections.abc import Callable

from simulator.faults.call import LOGIN, Call
from simulator.faults.kind import Fault, Kind, Params, Whole
from simulator.faults.params import flag, integer, region, text
from simulator.fields import InvalidError
from simulator.http_message import Answer
from simulator.regions import REGIONS
from simulator.vendor.login import BAD_CREDENTIALS, locked, redirect, step_answer
from simulator.world import World

Own = Callable[[], Answer]
LOGINS = frozenset({LOGIN})
STEPS = ("tou", "pp")
LONGEST_LOCK_SECONDS = 30 * 86_400


def _lock(call: Call, fault: Fault, _own: Own) -> Answer:
    seconds = fault.params["seconds"]
    call.world.lockout.lock(_address(call), seconds, now_ms=call.world.clock.now_ms())
    return locked(seconds)


def _is_unlocked(call: Call, fault: Fault) -> bool:
    """While a lock lasts the vendor itself refuses, and the fault waits."""
    now_ms = call.world.clock.now_ms()
    return _is_known(call, fault) and call.world.lockout.locked_seconds(_address(call), now_ms=now_ms) is None


def _redirect(call: Call, fault: Fault, _own: Own) -> Answer:
    if fault.params["real"]:
        call.world.change_account(_address(call), region=fault.params["region"])
    return redirect(fault.params["region"])


def _is_elsewhere(call: Call, fault: Fault) -> bool:
    """An account that has moved is redirected by the vendor itself, and only from other regions."""
    is_real: bool = fault.params["real"]
    return _is_known(call, fault) and not (is_real and _region(call) == fault.params["region"])


def _with_region(world: World, account: str | None, params: Params) -> Params:
    lives_in = None if account is None else world.account(account).region
    return {**params, "region": params["region"] or ("eu" if lives_in == "us" else "us")}


def _loop(call: Call, _fault: Fault, _own: Own) -> Answer:
    return redirect("us" if call.request.region == "eu" else "eu")


def _with_unknown_region(_world: World, _account: str | None, params: Params) -> Params:
    if params["region"] in REGIONS:
        raise InvalidError(f"params.region: {params['region']!r} is known")
    return params


def _ask_steps(call: Call, _fault: Fault, own: Own) -> Answer:
    call.world.change_account(_address(call), steps=STEPS)
    return own()


def _has_no_steps(call: Call, fault: Fault) -> bool:
    if not _is_known(call, fault):
        return False
    return not call.world.account(_address(call)).steps and _region(call) == call.request.region


def _withdraw_steps(world: World, email: str) -> None:
    kept = tuple(step for step in world.account(email).steps if step not in STEPS)
    world.change_account(email, steps=kept)


def _unknown_step(call: Call, fault: Fault, _own: Own) -> Answer:
    return step_answer(call.world, call.world.account(_address(call)), fault.params["type"])


def _is_known(call: Call, _fault: Fault) -> bool:
    return call.account is not None


def _region(call: Call) -> str:
    return call.world.account(_address(call)).region


def _address(call: Call) -> str:
    if call.account is None:
        raise RuntimeError("a fault of accounts hit nobody's request")
    return call.account


KINDS: dict[str, Kind] = {
    "bad_credentials": Whole(lambda _call, _fault, _own: BAD_CREDENTIALS, LOGINS),
    "lock": Whole(
        _lock,
        LOGINS,
        {"seconds": integer(1, LONGEST_LOCK_SECONDS, 300)},
        when=_is_unlocked,
        once=True,
        undo=lambda world, email: world.lockout.release(email),
    ),
    "redirect": Whole(
        _redirect, LOGINS, {"region": region, "real": flag(True)}, when=_is_elsewhere, prepare=_with_region
    ),
    "redirect_loop": Whole(_loop, LOGINS),
    "unknown_region": Whole(
        lambda _call, fault, _own: redirect(fault.params["region"]),
        LOGINS,
        {"region": text("xx")},
        prepare=_with_unknown_region,
    ),
    "step_tou_pp": Whole(_ask_steps, LOGINS, when=_has_no_steps, once=True, undo=_withdraw_steps),
    "step_unknown": Whole(_unknown_step, LOGINS, {"type": text("newConsent")}, when=_is_known),
}
