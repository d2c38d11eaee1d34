"""What identifies people or signs them in, sought in the raw tables once the API and a sync have written it.

The application writes through the API and the worker visits the vendor; ``python -m tests.security.secrets_at_rest``
does the visit in the worker's role, and with ``seek`` the search in the superuser's. Each reads and prints JSON.
"""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from tests.security.escapes import Attempt, Result
from tests.security.world import HIDDEN_NAME, HIDDEN_REF, OWN_NAME, PASSWORD, World

# Of its own: what else is in the world says nothing of these.
PATIENT: Final = {
    "name": "Jucélia Abrantes",
    "timezone": "UTC",
    "birth_date": "1957-08-23",
    "email": "jucelia@example.org",
    "external_ref": "PRONTUARIO-77123",
}
TARGETS: Final = {"low_mg_dl": 80, "high_mg_dl": 160, "reason": "faints on the way to Pindamonhangaba"}
NOTE: Final = {"text": "walks along the Igarapé Tarumã at dawn"}
REVIEW: Final = {"outcome": "contacted", "note": "called about the Jabuticabeira party"}
BOLUS: Final = {"time": "2026-03-01T00:00:00Z", "kind": "rapid_insulin", "amount": 4, "note": "in Itaquaquecetuba"}
INVITED: Final = {"email": "invited.patient@example.org", "name": "Benedita Quaresma", "role": "patient"}
ACCOUNT: Final = {"email": "follower.clinic@example.org", "password": "vendor pässword 9"}
PERSON: Final = {"first_name": "Zulmira", "last_name": "Figueiredo"}
Run = Callable[[str, Any], Any]


def results(world: World, run: Run) -> Iterator[Result]:
    """What was found where; ``run`` does a step of this module in a process of its own, by name, with what it needs."""
    secrets = {**_written(world), **_signed_in(world)}
    given = {name: secrets.pop(name) for name in ("account", "patient")}
    secrets |= run("visit", given)
    sought = run("seek", {name: secret for name, secret in secrets.items() if secret})
    for place in sought["found"]:
        yield Result(Attempt("secrets in raw tables", place, ()), "is there in plain text", 0)
    empty = [name for name, secret in secrets.items() if not secret]
    yield Result(
        Attempt("secrets in raw tables", f"{len(secrets)} secrets", ()),
        f"nothing was sought of {empty}" if empty or not sought["checked"] else None,
        sought["checked"],
    )


def _written(world: World) -> dict[str, str]:
    from rest_framework.test import APIClient

    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {world.ours.bearers['admin']}")

    def post(path: str, body: Any, done: int = 201) -> Any:
        response = api.post(f"/api/v1/{path}", body, format="json", headers={"Idempotency-Key": f"for-{path}"})
        assert response.status_code == done, response.content
        return response.json()

    assert post("members/", INVITED)["username"] == INVITED["email"]
    patient = post("patients/", PATIENT)["id"]
    post(f"patients/{patient}/targets/", TARGETS)
    post(f"patients/{patient}/notes/", NOTE)
    post(f"patients/{patient}/reviews/", REVIEW)
    post(f"patients/{patient}/treatments/", {"treatments": [BOLUS]}, 200)
    account = post("librelinkup/accounts/", ACCOUNT)["id"]
    key = post("keys/", {"name": "Laboratory", "scopes": ["readings:read"]})
    return {
        "account": account,
        "patient": patient,
        "name": PATIENT["name"],
        "birth date": PATIENT["birth_date"],
        "e-mail": PATIENT["email"],
        "reference": PATIENT["external_ref"],
        "why targets": str(TARGETS["reason"]),
        "note": NOTE["text"],
        "note of a review": REVIEW["note"],
        "note of a treatment": str(BOLUS["note"]),
        "their name": HIDDEN_NAME,
        "their reference": HIDDEN_REF,
        "our name": OWN_NAME,
        "user's address, which is their user name": INVITED["email"],
        "user's name": INVITED["name"],
        "patient's address": f"patient@{world.ours.clinic}.example",
        "their patient's address": f"patient@{world.theirs.clinic}.example",
        "vendor e-mail": ACCOUNT["email"],
        "vendor password": ACCOUNT["password"],
        "service key": key["secret"],
        "key of the world": world.ours.bearers["every scope"],
        "access token of the world": world.ours.bearers["admin"],
        "refresh token of the world": world.ours.refresh,
    }


def _signed_in(world: World) -> dict[str, str]:
    """By password on a page, where an app is set up, and by the API."""
    from django.conf import settings
    from django.test import Client
    from rest_framework.test import APIClient

    from tests.pages.browsing import set_up_app, sign_in

    username = f"admin@{world.ours.clinic}"
    tokens = APIClient().post("/api/v1/auth/token/", {"username": username, "password": PASSWORD}, format="json").json()
    browser = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    sign_in(browser, PASSWORD, username)
    app, _ = set_up_app(browser, datetime.now(UTC))
    return {
        "password": PASSWORD,
        "access token": tokens["access"],
        "refresh token": tokens["refresh"],
        "TOTP secret": app,
        "session cookie": browser.cookies[settings.SESSION_COOKIE_NAME].value,
    }


def _visit(given: dict[str, str]) -> dict[str, str]:
    """As the worker: what the vendor told."""
    from django.conf import settings

    from glucose.models import SetAside, SourceAccount, VendorPatient
    from glucose.services.sync import Visit, sync_account
    from simulator.process import SimulatorProcess

    account_id = UUID(given["account"])

    def visit() -> Visit:
        return sync_account(account_id=account_id, holder="security", clock=lambda: datetime.now(UTC))

    with SimulatorProcess() as vendor:
        settings.LIBRELINKUP_GLOBAL_URL, settings.LIBRELINKUP_REGION_URL = vendor.url, vendor.url + "/{region}"
        vendor.create_account(**ACCOUNT)
        trace = {"kind": "generator", "profile": "meeting_targets", "seed": 7}
        vendor.create_patient(account=ACCOUNT["email"], timezone="UTC", trace=trace, **PERSON)
        assert visit().people == 1
        # Of somebody who is linked a history comes, and in it what cannot become a reading.
        VendorPatient.objects.filter(account=account_id).update(patient=given["patient"], state="linked")
        vendor.fault("broken_items", account=ACCOUNT["email"])
        visit()
    kept = [json.loads(row.content) for row in SetAside.objects.filter(account=account_id)]
    return {
        "vendor token": SourceAccount.objects.get(id=account_id).token,
        "vendor's first name": PERSON["first_name"],
        "vendor's last name": PERSON["last_name"],
        "what was set aside": next(one["Timestamp"] for one in kept if one.get("Timestamp")),
    }


def _seek(given: dict[str, str]) -> dict[str, Any]:
    """As the superuser."""
    from tests.raw_tables import seek

    sought = seek(given)
    return {"checked": sought.checked, "found": sought.found}


def main(step: str) -> int:
    """Do one; 0."""
    import django

    from tests.security.plain import without_timescale

    if "--plain" in sys.argv:
        without_timescale()
    django.setup()
    print(json.dumps({"visit": _visit, "seek": _seek}[step](json.loads(sys.stdin.read()))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
