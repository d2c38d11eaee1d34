"""One step of load, from outside of the product: a plan on standard input, the answers on standard output."""

import json
import random
import sys
import time
from dataclasses import asdict
from typing import Any, Final

# Locust first: it makes sockets and sleeping cooperative.
from bench.load.mix import Client, Clinician, Visitor  # isort: skip
import gevent
from locust.env import Environment

from bench.load.plan import MEASURED, MEASURING, Answer, Answers, Person, Plan

DRAIN_SECONDS: Final = 11.0


def run(plan: Plan) -> Answers:
    """Send what is due, and wait for what was; only what was due within the measured time counts."""
    environment = Environment(user_classes=[Clinician, Client], host=plan.url, catch_exceptions=True)
    runner = environment.create_local_runner()
    first = time.perf_counter() + plan.warm_up_seconds
    last = first + plan.seconds
    answered: list[Answer] = []

    def note(**request: Any) -> None:
        if first <= request["context"]["due"] < last:
            answered.append(_answer(request))

    environment.events.request.add_listener(note)  # type: ignore[no-untyped-call]
    Visitor.plan = plan
    runner.start(plan.rate, spawn_rate=plan.rate)
    for until, word in ((first, MEASURING), (last, MEASURED)):
        gevent.sleep(max(0.0, until - time.perf_counter()))
        print(word, flush=True)
    runner.stop()
    Visitor.running.join(timeout=DRAIN_SECONDS)
    return Answers(sum(first <= due < last for due in Visitor.arrivals), answered)


def _answer(request: dict[str, Any]) -> Answer:
    headers = request["response"].headers or {}
    timing = headers.get("Server-Timing") or "db;dur=0"
    error = request["exception"]
    return Answer(
        request["name"],
        request["response_time"],
        float(timing.rpartition("=")[2]),
        None if error is None else str(error)[:200],
    )


def main() -> None:
    """Read the plan, run it, write what became of it."""
    random.seed(20260302)
    given = json.load(sys.stdin)
    given["clinicians"] = [Person(**person) for person in given["clinicians"]]
    given["client"] = Person(**given["client"])
    json.dump(asdict(run(Plan(**given))), sys.stdout)


if __name__ == "__main__":
    main()
