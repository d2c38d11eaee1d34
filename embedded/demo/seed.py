"""Filling the demo through the doors that everybody uses: the vendor's accounts, linking, consent, history.

Every step finds what an earlier start did and goes on from there.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from embedded.demo.cast import CLINICS, Clinic, Person
from embedded.demo.http import Api, Refused, call
from embedded.demo.state import write_private

HISTORY = timedelta(days=90)
BULK = 10_000
PATIENCE_SECONDS = 120


class DemoFailed(Exception):
    """Something that the demo waits for did not happen; the message says what."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A person of the demo as the product knows them."""

    clinic: Clinic
    person: Person
    patient_id: str
    account_id: str


def fill(
    url: str, simulator: str, password: str, vendor_password: str, done: Path, say: Callable[[str], None]
) -> list[Followed]:
    """People at the vendor, accounts and patients in the product, and 90 days of history.

    The file ``done`` keeps until when each patient's history was posted.
    """
    followed: list[Followed] = []
    for clinic in CLINICS:
        _at_the_vendor(simulator, clinic, vendor_password)
        api = Api(url, clinic.username("admin"), password)
        members = {
            role: Api(url, clinic.username(role), password).get("auth/me/")["id"] for role in ("clinician", "patient")
        }
        account = _account(api, clinic, vendor_password)
        found = [_followed(api, clinic, person, account, members) for person in clinic.people]
        say(f"{clinic.name}: {len(found)} patients linked")
        for one in found:
            _consent(api, one.patient_id)
            stored = _history(api, simulator, one, done)
            if stored:
                say(f"{clinic.name}: {stored} readings of history stored for {one.person.first_name}")
        followed += found
        sync(api, account)
    return followed


def sync(api: Api, account: str) -> None:
    """Sync the account now and wait until it is done; again where another visit was just under way."""
    wait_for("a visit to the vendor", lambda: _visited(api, account))


def _visited(api: Api, account: str) -> bool:
    task = api.post(f"librelinkup/accounts/{account}/sync/")["task"]
    final = wait_for("a sync", lambda: _ended(api.get(f"tasks/{task}/")))
    if final["status"] != "done":
        raise DemoFailed(f"a sync failed: {final['error']}")
    return bool(final["result"]["visited"])


def wait_for(what: str, look: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """Look until there is something to see."""
    deadline = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        if time.monotonic() > deadline:
            raise DemoFailed(f"waited {seconds:g} s for {what} in vain")
        time.sleep(0.2)


def _ended(task: dict[str, Any]) -> dict[str, Any] | None:
    return task if task["status"] in ("done", "failed", "cancelled") else None


def _at_the_vendor(simulator: str, clinic: Clinic, vendor_password: str) -> None:
    account = {"email": clinic.email, "password": vendor_password, "region": clinic.region}
    _once(f"{simulator}/_sim/accounts", account)
    for person in clinic.people + clinic.waiting:
        body = {
            "id": person.vendor_id,
            "account": clinic.email,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "timezone": person.timezone,
            "cadence_minutes": person.cadence_minutes,
            "trace": person.trace,
        }
        _once(f"{simulator}/_sim/patients", body)


def _once(url: str, body: dict[str, Any]) -> None:
    try:
        call("POST", url, body)
    except Refused as refused:
        if refused.status != 409:
            raise


def _account(api: Api, clinic: Clinic, vendor_password: str) -> str:
    """The id of the clinic's account, whose people are known."""
    body = {"email": clinic.email, "password": vendor_password}
    known = [row for row in api.all("librelinkup/accounts/") if row["email"] == clinic.email]
    account: dict[str, Any] = known[0] if known else api.post("librelinkup/accounts/", body)
    path = f"librelinkup/accounts/{account['id']}/"
    wait_for("the first visit to the vendor", lambda: api.get(path)["last_success_at"])
    return str(account["id"])


def _followed(api: Api, clinic: Clinic, person: Person, account: str, members: dict[str, str]) -> Followed:
    waiting = api.get(f"librelinkup/accounts/{account}/unlinked/")["results"]
    if any(one["vendor_id"] == person.vendor_id for one in waiting):
        fields = {
            "create": True,
            "timezone": person.timezone,
            "external_ref": person.vendor_id,
            "clinicians": [members["clinician"]] if person.assigned else [],
            **person.more,
        }
        if person is clinic.people[0]:
            fields["user"] = members["patient"]
        api.post(f"librelinkup/accounts/{account}/unlinked/{person.vendor_id}/link/", fields)
    found = api.get(f"patients/?search={person.vendor_id}")["results"]
    return Followed(clinic, person, found[0]["id"], account)


def _consent(api: Api, patient: str) -> None:
    path = f"patients/{patient}/consents/"
    if not any(row["withdrawn_at"] is None for row in api.get(path)["results"]):
        api.post(path, {"purpose": "research", "version": "2026-01"})


def _history(api: Api, simulator: str, followed: Followed, done: Path) -> int:
    """Post what the vendor's own history cannot give any more; how many readings were new."""
    now = datetime.now(UTC)
    posted: dict[str, str] = json.loads(done.read_text()) if done.exists() else {}
    since = datetime.fromisoformat(posted.get(followed.patient_id, (now - HISTORY).isoformat()))
    query = f"start={_z(since)}&end={_z(now)}"
    truth = call("GET", f"{simulator}/_sim/patients/{followed.person.vendor_id}/truth?{query}")
    readings = [
        {
            "time": _z(datetime.fromtimestamp(ms / 1000, UTC)),
            "value": mg_dl,
            "source": "file",
            "cadence_minutes": followed.person.cadence_minutes,
        }
        for ms, mg_dl in zip(truth["time"], truth["mg_dl"], strict=True)
    ]
    path = f"patients/{followed.patient_id}/readings/"
    pieces = [readings[start : start + BULK] for start in range(0, len(readings), BULK)]
    stored = sum(int(api.post(path, {"readings": piece})["stored"]) for piece in pieces)
    write_private(done, json.dumps({**posted, followed.patient_id: now.isoformat()}))
    return stored


def _z(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
