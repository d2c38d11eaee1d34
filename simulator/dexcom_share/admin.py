"""The admin API below ``/_sim``: what tests set up and compare with."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from simulator.clock import FASTEST, Setting, wall_ms
from simulator.dexcom_share.accounts import account_from_body
from simulator.dexcom_share.faults import fault_from_body
from simulator.dexcom_share.readings import Reading
from simulator.dexcom_share.world import World
from simulator.fields import Fields, InvalidError
from simulator.http_message import Answer, Request
from simulator.instants import DAY_MS, NotAnInstantError, parse_ms, rfc3339
from simulator.request_log import RequestLog
from simulator.world import DuplicateError, UnknownError

ACCOUNT_PATH = re.compile(r"/_sim/accounts/([^/]+)/(readings|truth)")
MOST_READINGS = 100_000


class Admin:
    """Answers the admin API; no credentials, so keep the server off public networks."""

    def __init__(self, *, world: World, log: RequestLog) -> None:
        self._world = world
        self._log = log
        self._calls: dict[tuple[str, str], Callable[[Request], Answer]] = {
            ("GET", "/_sim/accounts"): self._list_accounts,
            ("POST", "/_sim/accounts"): self._create_account,
            ("GET", "/_sim/clock"): self._show_clock,
            ("POST", "/_sim/clock"): self._set_clock,
            ("GET", "/_sim/faults"): self._list_faults,
            ("POST", "/_sim/faults"): self._add_fault,
            ("DELETE", "/_sim/faults"): self._clear_faults,
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
        found = ACCOUNT_PATH.fullmatch(request.path)
        if found and (request.method, found[2]) == ("POST", "readings"):
            return self._inject(request, unquote(found[1]))
        if found and (request.method, found[2]) == ("GET", "truth"):
            return self._show_truth(request, unquote(found[1]))
        return Answer({"error": f"no {request.method} {request.path}"}, 404)

    def _list_accounts(self, _request: Request) -> Answer:
        return Answer([account.public() for account in list(self._world.accounts.values())])

    def _create_account(self, request: Request) -> Answer:
        account = account_from_body(request.json)
        self._world.add_account(account)
        return Answer(account.public(), 201)

    def _inject(self, request: Request, username: str) -> Answer:
        fields = Fields(request.json)
        rows = fields.raw("readings")
        if not isinstance(rows, list) or len(rows) > MOST_READINGS:
            raise InvalidError(f"readings: expected a list of at most {MOST_READINGS}")
        visible_ms = fields.optional_instant("visible_after") or 0
        self._world.inject(username, [_reading(Fields(row), visible_ms) for row in rows])
        return Answer({"injected": len(rows)}, 201)

    def _show_truth(self, request: Request, username: str) -> Answer:
        now_ms = self._world.clock.now_ms()
        end_ms = parse_ms(request.query["end"]) if "end" in request.query else now_ms + 1
        start_ms = parse_ms(request.query["start"]) if "start" in request.query else end_ms - DAY_MS
        found = self._world.truth(username, start_ms, end_ms)
        return Answer({"time": [one.time_ms for one in found], "mg_dl": [one.mg_dl for one in found]})

    def _show_clock(self, _request: Request) -> Answer:
        clock = self._world.clock
        return Answer({"now": rfc3339(clock.now_ms()), "speed": clock.speed})

    def _set_clock(self, request: Request) -> Answer:
        fields, clock = Fields(request.json), self._world.clock
        now_ms = fields.optional_instant("now")
        speed = fields.number("speed", low=0, high=FASTEST, default=clock.speed)
        clock.set(Setting(clock.now_ms() if now_ms is None else now_ms, speed, wall_ms()))
        return self._show_clock(request)

    def _list_faults(self, _request: Request) -> Answer:
        return Answer(list(self._world.faults))

    def _add_fault(self, request: Request) -> Answer:
        fault = fault_from_body(request.json)
        if fault.account is not None:
            self._world.account(fault.account)
        self._world.faults.add(fault)
        return Answer({"kind": fault.kind}, 201)

    def _clear_faults(self, _request: Request) -> Answer:
        self._world.faults.clear()
        return Answer([])

    def _list_requests(self, request: Request) -> Answer:
        since = request.query.get("since")
        entries = self._log.find(account=request.query.get("account"), since_ms=0 if since is None else parse_ms(since))
        return Answer([entry.public() for entry in entries])


def _reading(fields: Fields, visible_ms: int) -> Reading:
    return Reading(fields.instant("time"), round(fields.number("mg_dl", low=1, high=1000)), visible_ms)
