"""What the faults do to an answer."""

import json
import re
from dataclasses import dataclass
from typing import Any

from simulator.dexcom_share.accounts import Account
from simulator.dexcom_share.faults import NULL_SESSION, Fault
from simulator.dexcom_share.readings import date
from simulator.dexcom_share.refusals import MAX_ATTEMPTS, NULL_ID, refusal
from simulator.http_message import Answer
from simulator.instants import SECOND_MS

HTML = b"<!DOCTYPE html><html><body><h1>We'll be right back</h1></body></html>"
HTML_HEADERS = {"Content-Type": "text/html"}
DATE = re.compile(r"\((\d+)")
REPEATED_DIFFERS_BY = 10


@dataclass(frozen=True)
class SlowAnswer(Answer):
    """An answer whose body takes its time, or (``hangs``) never comes."""

    seconds: float = 0
    hangs: bool = False


def refused_login(faults: list[Fault]) -> Answer | None:
    """What the faults make of a login."""
    for fault in faults:
        if fault.kind == "max_attempts":
            return refusal(MAX_ATTEMPTS)
        if fault.kind == "bad_credentials":
            return Answer(NULL_ID) if fault.code == NULL_SESSION else refusal(fault.code)
    return None


def broken_transport(answer: Answer, faults: list[Fault]) -> Answer:
    """What the faults make of an answer on its way."""
    for fault in faults:
        match fault.kind:
            case "rate_limited":
                answer = Answer(b"", 429, {"Retry-After": f"{fault.seconds:.0f}"})
            case "http_5xx":
                answer = Answer(HTML, fault.status, HTML_HEADERS)
            case "html_200":
                answer = Answer(HTML, 200, HTML_HEADERS)
            case "truncated_json":
                whole = answer.content()
                answer = Answer(whole[: len(whole) // 2], answer.status)
            case "slow" | "hang":
                hangs = fault.kind == "hang"
                told = answer.content(), answer.status, answer.headers
                answer = SlowAnswer(*told, seconds=fault.seconds, hangs=hangs)
    return answer


def broken_items(account: Account, items: list[dict[str, Any]], faults: list[Fault]) -> list[dict[str, Any]]:
    """What the faults make of a person's items, the newest of which is first."""
    for fault in faults:
        if fault.kind == "empty":
            items = []
        elif not items:
            continue
        elif fault.kind == "future_time":
            items = [_moved(items[0], fault.ahead_seconds), *items[1:]]
        elif fault.kind == "repeated_time":
            items = [items[0], {**items[0], "Value": items[0]["Value"] + REPEATED_DIFFERS_BY}, *items[1:]]
        elif fault.kind == "travel":
            items = [_travelled(account, items[0], fault.offset_minutes), *items[1:]]
    return items


def _moved(item: dict[str, Any], seconds: int) -> dict[str, Any]:
    text = json.dumps({name: item[name] for name in ("WT", "ST", "DT")})
    moved: dict[str, Any] = json.loads(DATE.sub(lambda found: f"({int(found[1]) + seconds * SECOND_MS}", text))
    return {**item, **moved}


def _travelled(account: Account, item: dict[str, Any], offset_minutes: int) -> dict[str, Any]:
    found = DATE.search(item["DT"])
    return {**item, "DT": date(account, int(found[1]), offset_minutes)} if found else item
