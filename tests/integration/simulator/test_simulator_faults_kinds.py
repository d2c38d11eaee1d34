"""Every kind by account, path and count, with the request log; and the parameters that none lacks."""

from http.client import RemoteDisconnected
from pathlib import Path
from typing import Any

import pytest

import simulator as package
from simulator.faults.call import CONNECTIONS, GRAPH, LOGBOOK, LOGIN
from simulator.faults.kind import Within
from simulator.faults.kinds import KINDS
from simulator.process import SimulatorProcess
from tests.integration.simulator.follower import Follower

STEADY = {"kind": "generator", "profile": "meeting_targets", "seed": 3}
QUICK: dict[str, dict[str, Any]] = {"hang": {"seconds": 0}, "slow": {"seconds": 0.01}, "redirect": {"real": False}}
# Without offsets only what was measured before the change is shown at another one.
QUICK["dst_fold"] = {"offset_minutes": [120, 60]}
# What lasts on the account, or happens at once, has tests of its own.
LASTING = {"lock", "step_tou_pp", "patient_moved"}
PATHS = {LOGIN: "/llu/auth/login", CONNECTIONS: "/llu/connections$", GRAPH: "*/graph", LOGBOOK: "*/logbook"}
# What hits a call of several kinds is tried where it is needed most.
ORDER = (CONNECTIONS, LOGIN, GRAPH, LOGBOOK)


def target(kind: str) -> str:
    return next(name for name in ORDER if name in KINDS[kind].calls)


def ask(follower: Follower, name: str, patient_id: str) -> tuple[int, bytes]:
    """The status and what tells answers apart, without the tokens and times that always differ."""
    calls = {
        LOGIN: lambda: follower.login(),
        CONNECTIONS: lambda: follower.get(),
        GRAPH: lambda: follower.graph(patient_id),
        LOGBOOK: lambda: follower.logbook(patient_id),
    }
    try:
        reply = calls[name]()
    except (RemoteDisconnected, ConnectionError):
        return 0, b""
    except Exception as error:  # the body ends early
        return -1, type(error).__name__.encode()
    return reply.status, reply.content[:30] if name == LOGIN else reply.content


class TestEveryKind:
    @pytest.mark.parametrize("kind", sorted(KINDS.keys() - LASTING))
    def test_it_hits_by_account_path_and_count_and_is_logged(
        self,
        simulator: SimulatorProcess,
        follower: Follower,
        other_follower: Follower,
        new_patient: Any,
        kind: str,
    ) -> None:
        name = target(kind)
        patient_id = new_patient(trace=STEADY)["id"]
        follower.login()
        other_follower.login()
        usual = ask(follower, name, patient_id)
        beside = GRAPH if name == CONNECTIONS else CONNECTIONS
        elsewhere = ask(follower, beside, patient_id)
        others = other_follower.get()
        before = len(follower.faults())
        params = QUICK.get(kind, {})

        simulator.fault(kind, account=follower.email, path=PATHS[name], count=2, **params)

        assert other_follower.get().data == others.data
        assert ask(follower, beside, patient_id) == elsewhere
        hit = [ask(follower, name, patient_id) for _ in range(2)]
        after = ask(follower, name, patient_id)
        # A slow answer is the usual one.
        assert (hit[0] == usual) == (kind == "slow")
        assert after == usual
        assert follower.faults()[before:] == [None, kind, kind, None]
        assert other_follower.faults() == [None] * 3

    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_it_is_in_the_readme(self, kind: str) -> None:
        readme = Path(package.__file__ or "").parent / "README.md"

        assert f"`{kind}`" in readme.read_text(encoding="utf-8")

    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_each_of_its_parameters_is_in_the_readme(self, kind: str) -> None:
        readme = (Path(package.__file__ or "").parent / "README.md").read_text(encoding="utf-8")

        assert all(f"`{name}`" in readme or f"`{name}=" in readme for name in KINDS[kind].params)

    @pytest.mark.parametrize("reverse", [False, True])
    def test_all_that_change_data_can_come_together(
        self, simulator: SimulatorProcess, follower: Follower, new_patient: Any, reverse: bool
    ) -> None:
        patient_id = new_patient(trace=STEADY)["id"]
        gone = {"patient_removed", "empty_connections"}
        within = [kind for kind in sorted(KINDS, reverse=reverse) if isinstance(KINDS[kind], Within)]
        for kind in within:
            if kind not in gone:
                simulator.fault(kind, account=follower.email)

        replies = [follower.get(), follower.graph(patient_id), follower.logbook(patient_id)]

        assert [(reply.status, reply.json["status"]) for reply in replies] == [(200, 0)] * 3
        logged = {kind for entry in follower.faults() for kind in (entry or "").split(",")}
        assert logged - {""} == set(within) - gone
