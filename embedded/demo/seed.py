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

from client.saude_ia import LinkRequest, SaudeIA, UploadedReadingRequest
from embedded.demo.cast import CLINICS, Clinic, Person
from embedded.demo.state import write_private
from embedded.demo.vendor import Refused, call

HISTORY = timedelta(days=90)
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
        with SaudeIA(url, clinic.username("admin"), password) as api:
            members = {role: _member_id(url, clinic.username(role), password) for role in ("clinician", "patient")}
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


def sync(api: SaudeIA, account: str) -> None:
    """Sync the account now and wait until it is done; again where another visit was just under way."""
    wait_for("a visit to the vendor", lambda: _visited(api, account))


def _visited(api: SaudeIA, account: str) -> bool:
    task = api.wait_for_task(api.librelinkup_accounts_sync(account)["task"], timeout=PATIENCE_SECONDS)
    return bool(task["result"]["visited"])


def _member_id(url: str, username: str, password: str) -> str:
    with SaudeIA(url, username, password) as api:
        return api.auth_me()["id"]


def wait_for(what: str, look: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """Look until there is something to see."""
    deadline = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        if time.monotonic() > deadline:
            raise DemoFailed(f"waited {seconds:g} s for {what} in vain")
        time.sleep(0.2)


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


def _account(api: SaudeIA, clinic: Clinic, vendor_password: str) -> str:
    """The id of the clinic's account, whose people are known."""
    known = next((row for row in api.librelinkup_accounts() if row["email"] == clinic.email), None)
    account = known or api.librelinkup_accounts_create({"email": clinic.email, "password": vendor_password})
    wait_for("the first visit to the vendor", lambda: api.librelinkup_accounts_read(account["id"])["last_success_at"])
    return account["id"]


def _followed(api: SaudeIA, clinic: Clinic, person: Person, account: str, members: dict[str, str]) -> Followed:
    waiting = api.librelinkup_unlinked_list(account)["results"]
    if any(one["vendor_id"] == person.vendor_id for one in waiting):
        fields: LinkRequest = {
            "create": True,
            "timezone": person.timezone,
            "external_ref": person.vendor_id,
            "clinicians": [members["clinician"]] if person.assigned else [],
            **person.more,
        }
        if person is clinic.people[0]:
            fields["user"] = members["patient"]
        api.librelinkup_link(account, person.vendor_id, fields)
    found = next(api.patients(search=person.vendor_id))
    return Followed(clinic, person, found["id"], account)


def _consent(api: SaudeIA, patient: str) -> None:
    if not any(row["withdrawn_at"] is None for row in api.consents_list(patient)["results"]):
        api.consents_create(patient, {"purpose": "research", "version": "2026-01"})


def _history(api: SaudeIA, simulator: str, followed: Followed, done: Path) -> int:
    """Post what the vendor's own history cannot give any more; how many readings were new."""
    now = datetime.now(UTC)
    posted: dict[str, str] = json.loads(done.read_text()) if done.exists() else {}
    since = datetime.fromisoformat(posted.get(followed.patient_id, (now - HISTORY).isoformat()))
    query = f"start={_z(since)}&end={_z(now)}"
    truth = call("GET", f"{simulator}/_sim/patients/{followed.person.vendor_id}/truth?{query}")
    readings: list[UploadedReadingRequest] = [
        {
            "time": _z(datetime.fromtimestamp(ms / 1000, UTC)),
            "value": mg_dl,
            "source": "file",
            "cadence_minutes": followed.person.cadence_minutes,
        }
        for ms, mg_dl in zip(truth["time"], truth["mg_dl"], strict=True)
    ]
    stored = api.upload_readings(followed.patient_id, readings)["stored"]
    write_private(done, json.dumps({**posted, followed.patient_id: now.isoformat()}))
    return stored


def _z(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
