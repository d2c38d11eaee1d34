"""The admin API below ``/_sim``: what tests and outside checks set up and compare with."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from simulator.accounts import account_from_body, digest, normalised
from simulator.clock import FASTEST
from simulator.faults.admin import FaultsAdmin
from simulator.faults.faults import Faults
from simulator.fields import Fields, InvalidError
from simulator.http_message import Answer, Request
from simulator.instants import DAY_MS, NotAnInstantError, parse_ms, rfc3339
from simulator.patients import patient_from_body
from simulator.regions import REGIONS
from simulator.request_log import RequestLog
from simulator.truth.truth import truth
from simulator.world import DuplicateError, UnknownError, World

ACCOUNT_PATH = re.compile(r"/_sim/accounts/([^/]+)/(password|revoke|region)")
PATIENT_PATH = re.compile(r"/_sim/patients/([^/]+)/(readings|truth)")
LONGEST_TRUTH_DAYS = 400
MOST_READINGS = 100_000


class Admin:
    """Answers the admin API; no credentials, so keep the server off public networks."""

    def __init__(self, *, world: World, log: RequestLog, faults: Faults) -> None:
        self._world = world
        self._log = log
        self._faults = FaultsAdmin(faults)
        self._calls: dict[tuple[str, str], Callable[[Request], Answer]] = {
            ("GET", "/_sim/accounts"): self._list_accounts,
            ("POST", "/_sim/accounts"): self._create_account,
            ("GET", "/_sim/patients"): self._list_patients,
            ("POST", "/_sim/patients"): self._create_patient,
            ("GET", "/_sim/clock"): self._show_clock,
            ("POST", "/_sim/clock"): self._set_clock,
            ("GET", "/_sim/requests"): self._list_requests,
        }

    def respond(self, request: Request) -> Answer:
        """Answer a request, errors included."""
        try:
            return self._routed(request)
        except (InvalidError, NotAnInstantError) as error:
            return Answer({"error": str(error)}, 422)
        except UnknownError as error:
            return Answer({"error": str(error.args[0])}, 404)
        except DuplicateError as error:
            return Answer({"error": str(error)}, 409)

    def _routed(self, request: Request) -> Answer:
        if call := self._calls.get((request.method, request.path)):
            return call(request)
        if self._faults.is_at(request.path):
            return self._faults.respond(request)
        if request.method == "POST" and (change := ACCOUNT_PATH.fullmatch(request.path)):
            return self._change_account(request, normalised(unquote(change[1])), change[2])
        found = PATIENT_PATH.fullmatch(request.path)
        if found and (request.method, found[2]) == ("POST", "readings"):
            return self._inject(request, found[1].lower())
        if found and (request.method, found[2]) == ("GET", "truth"):
            return self._show_truth(request, found[1].lower())
        return Answer({"error": f"no {request.method} {request.path}"}, 404)

    def _change_account(self, request: Request, email: str, what: str) -> Answer:
        self._world.account(email)
        if what == "revoke":
            self._world.revoke_all(email)
        elif what == "region":
            self._world.change_account(email, region=Fields(request.json).choice("region", REGIONS))
        else:
            password = Fields(request.json).text("password")
            self._world.change_account(email, password_digest=digest(email, password))
        return Answer(self._public_account(email))

    def _list_accounts(self, _request: Request) -> Answer:
        return Answer([self._public_account(email) for email in list(self._world.accounts)])

    def _create_account(self, request: Request) -> Answer:
        account = account_from_body(request.json, now_ms=self._world.clock.now_ms())
        self._world.add_account(account)
        return Answer(self._public_account(account.email), 201)

    def _public_account(self, email: str) -> dict[str, Any]:
        ids = [patient.id for patient in self._world.patients_of(email)]
        return self._world.account(email).public(ids)

    def _list_patients(self, _request: Request) -> Answer:
        return Answer([patient.public() for patient in list(self._world.patients.values())])

    def _create_patient(self, request: Request) -> Answer:
        patient = patient_from_body(request.json, now_ms=self._world.clock.now_ms())
        self._world.add_patient(patient)
        return Answer(patient.public(), 201)

    def _inject(self, request: Request, patient_id: str) -> Answer:
        self._world.patient(patient_id)
        fields = Fields(request.json)
        rows = fields.raw("readings")
        if not isinstance(rows, list) or len(rows) > MOST_READINGS:
            raise InvalidError(f"readings: expected a list of at most {MOST_READINGS}")
        readings = [_reading(Fields(row)) for row in rows]
        self._world.inject(patient_id, readings, fields.optional_instant("visible_after") or 0)
        return Answer({"injected": len(readings)}, 201)

    def _show_truth(self, request: Request, patient_id: str) -> Answer:
        patient = self._world.patient(patient_id)
        now_ms = self._world.clock.now_ms()
        end_ms = parse_ms(request.query["end"]) if "end" in request.query else now_ms + 1
        start_ms = parse_ms(request.query["start"]) if "start" in request.query else end_ms - DAY_MS
        if not start_ms <= end_ms <= start_ms + LONGEST_TRUTH_DAYS * DAY_MS:
            raise InvalidError(f"end: expected start or later, at most {LONGEST_TRUTH_DAYS} days")
        if request.query.get("include_future") != "true":
            end_ms = max(start_ms, min(end_ms, now_ms + 1))
        points = truth(patient, self._world.injected(patient.id), start_ms, end_ms)
        return Answer({"time": points.time_ms.tolist(), "mg_dl": points.mg_dl.tolist()})

    def _show_clock(self, _request: Request) -> Answer:
        clock = self._world.clock
        return Answer({"now": rfc3339(clock.now_ms()), "speed": clock.speed})

    def _set_clock(self, request: Request) -> Answer:
        fields, clock = Fields(request.json), self._world.clock
        now_ms = fields.optional_instant("now")
        speed = fields.number("speed", low=0, high=FASTEST, default=clock.speed)
        self._world.set_clock(now_ms=clock.now_ms() if now_ms is None else now_ms, speed=speed)
        return self._show_clock(request)

    def _list_requests(self, request: Request) -> Answer:
        account = request.query.get("account")
        since = request.query.get("since")
        entries = self._log.find(
            account=None if account is None else normalised(account),
            since_ms=0 if since is None else parse_ms(since),
        )
        return Answer([entry.public() for entry in entries])


def _reading(fields: Fields) -> tuple[int, int]:
    return fields.instant("time"), round(fields.number("mg_dl", low=1, high=1000))
