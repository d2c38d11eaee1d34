"""`python -m embedded.demo --port 8000 --var var [--check]`."""

import argparse
import asyncio
import fcntl
import json
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from embedded import supervisor
from embedded.demo import check, seed
from embedded.demo.cast import CLINICS, ROLES
from embedded.demo.http import Refused, call
from embedded.demo.services import HOST, product_environment, services, simulator_url
from embedded.demo.state import State, load, write_private
from embedded.ports import PortTakenError, require_free
from embedded.service import ServiceError


def main() -> int:
    """Run until Ctrl-C, or with --check until it is known whether all is well; 2 for a wrong call."""
    options = _options()
    folder: Path = options.var.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "demo.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        require_free(options.port, "the demo")
    except BlockingIOError:
        return _refuse(f"another demo uses {folder}; give this one another folder: make demo VAR=var2 PORT=8002")
    except PortTakenError as taken:
        return _refuse(f"{taken}; choose another: make demo PORT=8002")
    (folder / "demo.json").unlink(missing_ok=True)
    state = load(folder)
    ready = partial(_when_up, state, folder, options.port, options.check, time.monotonic())
    return asyncio.run(supervisor.run(services(state, folder, options.port), ready))


async def _when_up(state: State, folder: Path, port: int, checking: bool, started: float) -> None:
    try:
        await asyncio.to_thread(_fill_and_tell, state, folder, port, checking, started)
    except (seed.DemoFailed, Refused, OSError) as error:
        raise ServiceError(f"demo: {error}") from error
    if checking:
        os.kill(os.getpid(), signal.SIGTERM)


def _fill_and_tell(state: State, folder: Path, port: int, checking: bool, started: float) -> None:
    url, vendor = f"http://{HOST}:{port}", simulator_url(state)
    seed.wait_for("every part to be healthy", lambda: _healthy(url))
    followed = seed.fill(url, vendor, state.user_password, state.vendor_password, folder / "history.json", _say)
    told = _demo_json(state, url, followed)
    write_private(folder / "demo.json", json.dumps(told, indent=2, ensure_ascii=False))
    _say(f"ready after {time.monotonic() - started:.0f} s")
    if checking:
        check.check(url, vendor, state.user_password, followed, _say)
        _say(f"check: all is well after {time.monotonic() - started:.0f} s")
        return
    _usage(told, folder)


def _healthy(url: str) -> bool:
    try:
        call("GET", f"{url}/health/")
    except (Refused, OSError):
        return False
    return True


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
    _say("")
    _say(f"The API's page:  {told['url']}/api/docs/     its parts: {told['url']}/health/")
    _say(f"Users, patients and addresses: {folder / 'demo.json'}")
    _say("")
    _say(f"TOKEN=$(curl -s {told['url']}/api/v1/auth/token/ -H 'Content-Type: application/json' \\")
    _say(f"  -d '{body}' | python3 -c 'import json,sys; print(json.load(sys.stdin)[\"access\"])')")
    _say(f'curl -s -H "Authorization: Bearer $TOKEN" {told["url"]}/api/v1/patients/{patient}/statistics/')
    _say("")
    _say("Ctrl-C stops everything; the next start goes on with the same data.")


def _say(text: str) -> None:
    print(f"demo     | {text}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description="The whole product with a simulated vendor.")
    parser.add_argument("--port", type=int, default=8000, help="where the API listens")
    parser.add_argument("--var", type=Path, default=Path("var"), help="the folder that keeps the data")
    parser.add_argument("--check", action="store_true", help="start, check, stop; exit 0 if all is well")
    return parser.parse_args()


def _refuse(reason: str) -> int:
    print(f"demo: {reason}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
