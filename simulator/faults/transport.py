"""Faults of what lies before the vendor's own code: refusals by status, pages, and connections that fail."""

import time
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate

from simulator.faults.call import LOGIN, Call
from simulator.faults.kind import Fault, Kind, Reader, Whole
from simulator.faults.params import DATE, integer, number, retry_after, version
from simulator.http_message import Answer, Delivery
from simulator.vendor.data import WRONG_REGION
from simulator.vendor.gate import TOKEN_REFUSED, is_below, version_too_low

Own = Callable[[], Answer]
LONGEST_SECONDS = 600
# Above any version a client tells, so that without a minimum every request is refused.
NO_VERSION = "99.0.0"
PAGE = b"""<!DOCTYPE html>
<html lang="en"><head><title>One moment please | Cloudflare</title><meta name="robots" content="noindex"></head>
<body><h1>Checking the connection to libreview.io</h1><noscript>Turn on JavaScript to go on.</noscript>
<div id="cf-wrapper">Ray ID: 0123456789abcdef</div></body></html>
"""


def _refused(status: int | None, message: str) -> Callable[[Call, Fault, Own], Answer]:
    def respond(_call: Call, fault: Fault, _own: Own) -> Answer:
        return Answer({"message": message}, status or fault.params["status"], _retry_after(fault))

    return respond


def _retry_after(fault: Fault) -> dict[str, str]:
    value = fault.params["retry_after"]
    if value is None:
        return {}
    if value == DATE:
        # Ahead of the answer's own Date, which is the machine's: a client can compare with nothing else.
        value = formatdate(time.time() + fault.params["seconds"], usegmt=True)
    return {"Retry-After": str(value)}


def _after(default: int | None = None) -> dict[str, Reader]:
    return {"retry_after": retry_after(default), "seconds": integer(0, 10**7, 60)}


def _has_token_or_path(call: Call, fault: Fault) -> bool:
    """A token that ended is no matter of logins, unless their path is given."""
    return call.name != LOGIN or fault.path is not None


def _version_too_low(_call: Call, fault: Fault, _own: Own) -> Answer:
    return version_too_low(fault.params["minimum"])


def _is_old(call: Call, fault: Fault) -> bool:
    return is_below(call.request.headers.get("version", ""), fault.params["minimum"])


def _html(_call: Call, _fault: Fault, _own: Own) -> Answer:
    return Answer(PAGE, 200, {"Content-Type": "text/html; charset=UTF-8", "CF-RAY": "0123456789abcdef-GRU"})


def _truncated(_call: Call, _fault: Fault, own: Own) -> Answer:
    answer = own()
    content = answer.content()
    return replace(answer, body=content[: len(content) // 2])


def _broken_off(_call: Call, _fault: Fault, own: Own) -> Answer:
    return replace(own(), delivery=Delivery.BROKEN_OFF)


def _hang(_call: Call, fault: Fault, _own: Own) -> Answer:
    return Answer(None, 0, delay_seconds=fault.params["seconds"], delivery=Delivery.NONE)


def _slow(_call: Call, fault: Fault, own: Own) -> Answer:
    return replace(own(), delay_seconds=fault.params["seconds"])


KINDS: dict[str, Kind] = {
    "http_429": Whole(_refused(429, "Too Many Requests"), params=_after()),
    "http_430": Whole(_refused(430, "Request Blocked"), params=_after()),
    "http_476": Whole(_refused(476, "Request Blocked"), params=_after(65_620)),
    "http_5xx": Whole(_refused(None, "Server Error"), params={"status": integer(500, 599, 503), **_after()}),
    "http_401": Whole(lambda _call, _fault, _own: TOKEN_REFUSED, when=_has_token_or_path),
    "version_920": Whole(_version_too_low, params={"minimum": version(NO_VERSION)}, when=_is_old),
    "status_911": Whole(lambda _call, _fault, _own: WRONG_REGION),
    "html_200": Whole(_html),
    "truncated_json": Whole(_truncated),
    "broken_off": Whole(_broken_off),
    "hang": Whole(_hang, params={"seconds": number(0, LONGEST_SECONDS, 30)}),
    "slow": Whole(_slow, params={"seconds": number(0, LONGEST_SECONDS, 5)}),
}
