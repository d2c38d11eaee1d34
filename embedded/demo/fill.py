"""`python -m embedded.demo.fill`: fill the running demo, write demo.json, tell how to use it, or check it.

A process of its own, so that the supervisor can end it at any moment like all the others.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from client.saude_ia import SaudeIAError
from embedded.demo import check, seed
from embedded.demo.cast import CLINICS, ROLES
from embedded.demo.services import HOST, product_environment, simulator_url
from embedded.demo.state import State, load, write_private
from embedded.demo.vendor import Refused


def main() -> int:
    """0 when all is true, 1 with one line when it is not."""
    options = _options()
    state = load(options.var, keep_ports=True)
    url = f"http://{HOST}:{options.port}"
    try:
        _fill(state, options.var, url, options.check, options.since)
    except (seed.DemoFailed, SaudeIAError, Refused, httpx.RequestError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _fill(state: State, folder: Path, url: str, checking: bool, since: float) -> None:
    vendor = simulator_url(state)
    seed.wait_for("every part to be healthy", lambda: _healthy(url))
    followed = seed.fill(url, vendor, state.user_password, state.vendor_password, folder / "history.json", _say)
    told = _demo_json(state, url, followed)
    write_private(folder / "demo.json", json.dumps(told, indent=2, ensure_ascii=False))
    _say(f"ready after {time.monotonic() - since:.0f} s")
    if checking:
        check.check(url, vendor, state.user_password, followed, _say)
        _say(f"check: all is well after {time.monotonic() - since:.0f} s")
    else:
        _usage(told, folder)


def _healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/", timeout=60).is_success
    except httpx.RequestError:
        return False


def _demo_json(state: State, url: str, followed: list[seed.Followed]) -> dict[str, Any]:
    environment = product_environment(state)
    return {
        "url": url,
        "users": [
            {
                "username": clinic.username(role),
                "password": state.user_password,
                "role": role,
                "clinic": clinic.name,
            }
            for clinic in CLINICS
            for role in ROLES
        ],
        "patients": [
            {"id": one.patient_id, "simulator_id": one.person.vendor_id, "clinic": one.clinic.name} for one in followed
        ],
        "simulator_url": simulator_url(state),
        "database_url": environment["DATABASE_URL"],
        "redis_url": environment["REDIS_URL"],
    }


def _usage(told: dict[str, Any], folder: Path) -> None:
    user = next(user for user in told["users"] if user["role"] == "clinician")
    patient = told["patients"][0]["id"]
    body = json.dumps({"username": user["username"], "password": user["password"]})
    _say(f"The API's page is {told['url']}/api/docs/, its health {told['url']}/health/")
    _say(f"Users, patients and addresses are in {folder / 'demo.json'}. Try:")
    _say("")
    _say(f"TOKEN=$(curl -s {told['url']}/api/v1/auth/token/ -H 'Content-Type: application/json' \\")
    _say(f"  -d '{body}' | python3 -c 'import json,sys; print(json.load(sys.stdin)[\"access\"])')")
    _say(f'curl -s -H "Authorization: Bearer $TOKEN" {told["url"]}/api/v1/patients/{patient}/statistics/')
    _say("")
    _say("Ctrl-C stops everything; the next start goes on with the same data.")


def _say(text: str) -> None:
    print(text, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m embedded.demo.fill")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--since", type=float, required=True, help="when the start began, by the monotonic clock")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
