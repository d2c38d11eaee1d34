"""Who takes part in a run: people at the vendor, of whom some are linked in each round."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from client.saude_ia import SaudeIA
from embedded.demo.vendor import call
from tests.faults.stage import Stage
from tests.faults.waiting import until

EMAIL: Final = "follower@faults.example"
PROFILES: Final = ("meeting_targets", "very_low", "any_high", "extreme_high", "any_low", "tir_drop")
EACH_ROUND: Final = 3
# What the vendor's graph surely shows at a visit that comes some minutes after somebody was linked.
REACH, LAG = timedelta(hours=11), timedelta(minutes=21)
ZONE: Final = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class Followed:
    """Somebody who was linked, and what the vendor's graph shows of them: mg/dL by second."""

    patient_id: str
    shown: dict[int, int]


def enter(stage: Stage, api: SaudeIA, rounds: int) -> None:
    """The account, and everybody whom it follows at the vendor; nobody is linked yet."""
    password = stage.state.vendor_password
    call("POST", f"{stage.vendor}/_sim/accounts", {"email": EMAIL, "password": password, "region": "eu"})
    count = rounds * EACH_ROUND + 1
    for number in range(count):
        trace = {"kind": "generator", "profile": PROFILES[number % len(PROFILES)], "seed": number}
        person = {"id": vendor_id(number), "account": EMAIL, "first_name": f"Person {number}", "last_name": "Faults"}
        call("POST", f"{stage.vendor}/_sim/patients", {**person, "timezone": ZONE, "trace": trace})
    stage.account_id = api.librelinkup_accounts_create({"email": EMAIL, "password": password})["id"]
    until(partial(_are_known, api, stage, count), 60, "the people of the account")


def follow(stage: Stage, api: SaudeIA, number: int) -> Followed:
    """Link a person to a new patient: their whole history is to be fetched."""
    linked = api.librelinkup_link(stage.account_id, vendor_id(number), {"create": True, "timezone": ZONE})
    now = datetime.now(UTC)
    query = f"start={now - REACH:%Y-%m-%dT%H:%M:%SZ}&end={now - LAG:%Y-%m-%dT%H:%M:%SZ}"
    truth = call("GET", f"{stage.vendor}/_sim/patients/{vendor_id(number)}/truth?{query}")
    shown = {time // 1000: mg_dl for time, mg_dl in zip(truth["time"], truth["mg_dl"], strict=True)}
    return Followed(str(linked["patient"]), shown)


def vendor_id(number: int) -> str:
    """The same in every run."""
    return str(uuid5(NAMESPACE_URL, f"https://saude-ia.example/faults/{number}"))


def _are_known(api: SaudeIA, stage: Stage, count: int) -> bool:
    return len(api.librelinkup_unlinked_list(stage.account_id)["results"]) == count
