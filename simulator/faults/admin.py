"""The admin API's calls on faults."""

import re

from simulator.accounts import normalised
from simulator.faults.faults import Faults
from simulator.fields import InvalidError
from simulator.http_message import Answer, Request

PATH = "/_sim/faults"
ONE_PATH = re.compile(r"/_sim/faults/([0-9]{1,9})")


class FaultsAdmin:
    """Sets, lists and removes faults."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def is_at(self, path: str) -> bool:
        """Whether a path is one of these calls."""
        return path == PATH or ONE_PATH.fullmatch(path) is not None

    def respond(self, request: Request) -> Answer:
        """Answer a request; raises ``InvalidError`` or ``UnknownError``."""
        one = ONE_PATH.fullmatch(request.path)
        if request.method == "DELETE":
            self._remove(request, one[1] if one else None)
            return self._list()
        if request.method == "POST" and not one:
            return Answer(self._faults.set(request.json).public(), 201)
        if request.method == "GET" and not one:
            return self._list()
        return Answer({"error": f"no {request.method} {request.path}"}, 404)

    def _list(self) -> Answer:
        return Answer([fault.public() for fault in self._faults.standing()])

    def _remove(self, request: Request, number: str | None) -> None:
        if number is not None:
            self._faults.remove(int(number))
            return
        if unknown := sorted(set(request.query) - {"account"}):
            raise InvalidError(f"{unknown[0]}: unknown parameter; expected account")
        account = request.query.get("account")
        self._faults.clear(None if account is None else normalised(account))
