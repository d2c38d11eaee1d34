"""The vendor's paths, each request checked, answered and logged here."""

import re
from dataclasses import dataclass

from simulator.accounts import normalised
from simulator.faults.call import CONNECTIONS, GRAPH, LOGBOOK, LOGIN, OTHER, STEP, Call
from simulator.faults.faults import Faults
from simulator.fields import Fields, InvalidError
from simulator.http_message import Answer, Request
from simulator.request_log import Entry, RequestLog
from simulator.vendor.data import read_connections, read_graph, read_logbook
from simulator.vendor.gate import refusal
from simulator.vendor.login import login, take_step
from simulator.world import World

LOGIN_PATH = "/llu/auth/login"
CONNECTIONS_PATH = "/llu/connections"
STEP_PATH = re.compile(r"(?:/llu)?/auth/continue/(tou|pp)")
PATIENT_PATH = re.compile(r"/llu/connections/([0-9A-Za-z-]+)/(graph|logbook)")
NOT_FOUND = Answer({"message": "Not Found"}, 404)


@dataclass(frozen=True)
class Route:
    """Which call a request is, and the step or the patient in its path."""

    name: str
    argument: str = ""


class Vendor:
    """The vendor as its clients see it."""

    def __init__(self, *, world: World, log: RequestLog, faults: Faults) -> None:
        self._world = world
        self._log = log
        self._faults = faults

    def respond(self, request: Request) -> Answer:
        """Answer a request and log it.

        The one place that knows account, path and answer of every vendor request.
        """
        account = self._caller(request)
        answer = self._faults.answer(self._call(request, account))
        now_ms = self._world.clock.now_ms()
        fault = ",".join(answer.faults) or None
        self._log.add(Entry(now_ms, account, request.method, request.full_path, answer.status, fault))
        return answer

    def _call(self, request: Request, account: str | None) -> Call:
        route = _route(request)
        return Call(
            world=self._world,
            request=request,
            name=route.name,
            patient_id=route.argument.lower() if route.name in (GRAPH, LOGBOOK) else None,
            account=account,
            read=lambda now_ms: refusal(request) or self._routed(request, route, now_ms),
        )

    def _routed(self, request: Request, route: Route, now_ms: int) -> Answer:
        match route:
            case Route("login"):
                return login(self._world, request)
            case Route("step", step):
                return take_step(self._world, request, step)
            case Route("connections"):
                return read_connections(self._world, request, now_ms)
            case Route("graph", patient_id):
                return read_graph(self._world, request, patient_id, now_ms)
            case Route("logbook", patient_id):
                return read_logbook(self._world, request, patient_id, now_ms)
        return NOT_FOUND

    def _caller(self, request: Request) -> str | None:
        """The address of the account that asks, or that a login is for; None when there is none."""
        if request.path == LOGIN_PATH:
            return self._login_address(request)
        return self._world.holder(request.bearer) if request.bearer else None

    def _login_address(self, request: Request) -> str | None:
        try:
            email = normalised(Fields(request.json).text("email"))
        except InvalidError:
            return None
        # A stranger's address is not kept: people type passwords into the wrong field.
        return email if email in self._world.accounts else None


def _route(request: Request) -> Route:
    call = (request.method, request.path)
    if call == ("POST", LOGIN_PATH):
        return Route(LOGIN)
    if call == ("GET", CONNECTIONS_PATH):
        return Route(CONNECTIONS)
    if request.method == "POST" and (step := STEP_PATH.fullmatch(request.path)):
        return Route(STEP, step[1])
    if request.method == "GET" and (read := PATIENT_PATH.fullmatch(request.path)):
        return Route(read[2], read[1])
    return Route(OTHER)
