"""Everything that goes in by the API, with a canary in each place; and what fails, in each way that it can."""

import socket
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from simulator.process import SimulatorProcess
from tests.faults.waiting import until
from tests.integration.telling.canaries import Canaries

V1: Final = "/api/v1/"
PATIENCE: Final = 120.0


def drive(client: httpx.Client, vendor: SimulatorProcess, hook: str, secret: Canaries) -> None:
    """Ask for all of it."""
    patient = _people(client, secret)
    _files(client, patient, secret)
    _keys_and_hooks(client, hook, secret)
    _refusals(client, secret)
    _failures(client, secret)
    _account(client, vendor, patient, secret)


def _people(client: httpx.Client, secret: Canaries) -> str:
    fields = {name: secret[f"{name} of the patient"] for name in ("name", "external_ref")}
    fields |= {"email": f"{secret['address of the patient']}@example.org", "timezone": "America/Sao_Paulo"}
    patient = str(_made(client, "patients/", fields)["id"])
    _made(client, f"patients/{patient}/notes/", {"text": secret["note"]})
    person = {"name": secret["name of the user"], "email": f"{secret['address of the user']}@example.org"}
    _made(client, "members/", person | {"role": "clinician"})
    _answered(client.get(f"{V1}patients/", params={"search": secret["search"]}), 200)
    return patient


def _files(client: httpx.Client, patient: str, secret: Canaries) -> None:
    head = f"Glucose Data,Generated on,{secret['content of the file']}\n"
    names = "Device,Serial Number,Device Timestamp,Record Type,Historic Glucose mg/dL,Scan Glucose mg/dL\n"
    lines = f"FreeStyle LibreLink,{secret['serial number']},03-13-2026 08:00 AM,0,112,\n{secret['broken line']},,,,,\n"
    for content in (head + names + lines, secret["file that is none"]):
        file = {"file": (f"{secret['name of the file']}.csv", content.encode())}
        _answered(client.post(f"{V1}imports/", data={"patient": patient}, files=file), 202)


def _keys_and_hooks(client: httpx.Client, hook: str, secret: Canaries) -> None:
    made = _made(client, "keys/", {"name": secret["name of the key"], "scopes": ["patients:read"]})
    secret["key"] = made["secret"]
    _answered(client.get(f"{V1}patients/", headers={"Authorization": f"Bearer {made['secret']}"}), 200)
    body = {"url": f"{hook}/{secret['path of a webhook']}?a={secret['query of a webhook']}", "events": ["alert.opened"]}
    webhook = _made(client, "webhooks/", body | {"description": secret["description"]})
    secret["secret of a webhook"] = webhook["secret"].removeprefix("whsec_")
    _answered(client.post(f"{V1}webhooks/{webhook['id']}/test/"), 202)


def _refusals(client: httpx.Client, secret: Canaries) -> None:
    wrong = {"username": secret["unknown user"], "password": secret["wrong password"]}
    _answered(client.post(f"{V1}auth/token/", json=wrong), 401)
    _answered(client.get(f"{V1}patients/{secret['path']}/"), 404)
    _answered(client.get(f"/account/invitation/{secret['token of an invitation']}/"), None)
    _answered(client.get(f"{V1}patients/", headers={"Authorization": f"Bearer {secret['bearer']}"}), 401)
    kind = {"Content-Type": "application/json"}
    _answered(client.post(f"{V1}patients/", content=f'{{"name": "{secret["broken JSON"]}', headers=kind), 422)
    _answered(client.post(f"{V1}patients/", json={secret["field"]: secret["value"]}), 422)
    _answered(client.get(f"{V1}patients/", params={"search": secret["long address"] * 237}), 414)
    _answered(client.get("/", headers={"Host": f"{secret['host']}.example.org"}), 400)
    named = {
        "User-Agent": secret["user agent"],
        "Referer": f"http://x/{secret['referer']}",
        "Cookie": f"a={secret['b']}",
    }
    _answered(client.get("/health/live/", headers=named), 200)
    parts = urlsplit(str(client.base_url))
    for line in (f"GET /?{secret['head']} HTTP/9.9", f"{secret['head']}"):
        with socket.create_connection((str(parts.hostname), parts.port or 80), timeout=10) as raw:
            raw.sendall(f"{line}\r\nX-{secret['header']}: 1\r\n\r\n".encode())
            raw.recv(1_000)


def _failures(client: httpx.Client, secret: Canaries) -> None:
    _answered(client.get("/fail/value/", params={"q": secret["value of an error"]}), 500)
    _answered(client.get("/fail/row/", params={"q": secret["row"]}), 500)
    _answered(client.get("/fail/later/", params={"q": secret["argument"]}), 200)


def _account(client: httpx.Client, vendor: SimulatorProcess, patient: str, secret: Canaries) -> None:
    email, password = f"{secret['address at the vendor']}@example.org", secret["password at the vendor"]
    vendor.create_account(email=email, password=password, region="eu")
    secret["id at the vendor"] = str(uuid4())
    name = {"first_name": secret["first name"], "last_name": secret["last name"]}
    trace = {"kind": "generator", "profile": "meeting_targets", "seed": 7}
    vendor.create_patient(account=email, id=secret["id at the vendor"], timezone="UTC", trace=trace, **name)
    right = _made(client, "librelinkup/accounts/", {"email": email, "password": password, "region": "eu"})
    wrong = {
        "email": f"{secret['unknown address']}@example.org",
        "password": secret["wrong password at the vendor"],
        "region": "de",
    }
    _made(client, "librelinkup/accounts/", wrong)
    address = f"librelinkup/accounts/{right['id']}/"
    # What the first visit found; then the way of the next one leads by the person's id.
    until(lambda: client.get(f"{V1}{address}unlinked/").json()["results"], PATIENCE, "the vendor's person")
    _made(client, f"{address}unlinked/{secret['id at the vendor']}/link/", {"patient": patient})


def _made(client: httpx.Client, path: str, body: dict[str, Any]) -> Any:
    return _answered(client.post(V1 + path, json=body), 201).json()


def _answered(response: httpx.Response, status: int | None) -> httpx.Response:
    assert status in (None, response.status_code), (response.request.url, response.status_code, response.text)
    return response
