"""The vendor's paths, each request checked, answered and logged here."""

import re

from simulator.accounts import normalised
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
READERS = {"graph": read_graph, "logbook": read_logbook}
NOT_FOUND = Answer({"message": "Not Found"}, 404)


class Vendor:
    """The vendor as its clients see it."""

    def __init__(self, *, world: World, log: RequestLog) -> None:
        self._world = world
        self._log = log

    def respond(self, request: Request) -> Answer:
        """Answer a request and log it.

        The one place that knows account, path and answer of every vendor request.
        """
        account = self._caller(request)
        answer = self._answer(request)
        now_ms = self._world.clock.now_ms()
        self._log.add(Entry(now_ms, account, request.method, request.full_path, answer.status))
        return answer

    def _answer(self, request: Request) -> Answer:
        return refusal(request) or self._routed(request)

    def _routed(self, request: Request) -> Answer:
        call = (request.method, request.path)
        if call == ("POST", LOGIN_PATH):
            return login(self._world, request)
        if call == ("GET", CONNECTIONS_PATH):
            return read_connections(self._world, request)
        if request.method == "POST" and (step := STEP_PATH.fullmatch(request.path)):
            return take_step(self._world, request, step[1])
        if request.method == "GET" and (read := PATIENT_PATH.fullmatch(request.path)):
            return READERS[read[2]](self._world, request, read[1])
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
