"""Latency against the rate of requests, of three web processes under a clinic's mix: ``python -m bench.load``."""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from types import FrameType
from typing import IO, Final

import psycopg

from bench.load.plan import MEASURED, MEASURING, Answer, Answers, Plan
from bench.load.processes import Processes, Snapshot, backends, own_server, snapshot, tree
from bench.report import print_dataset, print_machine
from bench.server import CannotRunError, MeasuredServer, measured_server
from embedded.ports import HOST
from embedded.testing import running_server

WORKERS: Final = 3
# Native and embedded: the embedded server loads and answers at a fraction of the speed.
PATIENTS: Final = {True: 200, False: 50}
RATES: Final = {True: "5,10,20,40,60,80,100,120,150,200", False: "2,5,10,15,20,30,40,60,80"}
WARM_UP_SECONDS: Final = 3.0
# Every thread of every process has to have met most kinds of requests.
FIRST_RATE: Final = 20
FIRST_SECONDS: Final = 8.0
SECONDS: Final = 10.0


def main(arguments: Sequence[str]) -> int:
    """0 where it ran, whatever it found; 1 where it could not."""
    native = "DATABASE_URL" in os.environ
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--patients", type=int, default=PATIENTS[native])
    parser.add_argument("--rates", default=RATES[native], help="requests a second, in rising order")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long each rate is measured")
    asked = parser.parse_args(arguments)
    rates = [int(rate) for rate in asked.rates.split(",")]
    signal.signal(signal.SIGTERM, _terminated)
    try:
        with measured_server() as server:
            _measure(server, asked.patients, rates, asked.seconds, native)
    except CannotRunError as error:
        print(f"load: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("load: interrupted", file=sys.stderr)
        return 130
    return 0


def _measure(server: MeasuredServer, patients: int, rates: Sequence[int], seconds: float, native: bool) -> None:
    # Imported now: the product's modules need settings that name the server.
    from bench.load import curve, report
    from bench.load.population import populate

    print_machine(server)
    population = populate(patients)
    print_dataset(population.about)
    print(
        f"load: {WORKERS} web processes of 4 threads; a poll of the ingest every 3 s beside them;"
        f" open arrivals, {seconds:g} s a rate; the load generator runs on the same cores"
    )
    steps: list[curve.Step] = []
    answers: list[Answers] = []
    with _product(population.polled, native) as (url, groups):
        _run(population.plan(url, FIRST_RATE, warm_up_seconds=FIRST_SECONDS, seconds=0), groups)
        report.print_head()
        for rate in rates:
            plan = population.plan(url, rate, warm_up_seconds=WARM_UP_SECONDS, seconds=seconds)
            found, before, after = _run(plan, groups)
            steps.append(curve.step(rate, found, seconds, before, after))
            answers.append(found)
            report.print_step(steps[-1])
            report.print_errors(found)
            if curve.overloaded(steps):
                break
    shown = curve.fastest_unsaturated(steps) or curve.fastest_within_goals(steps) or steps[0]
    report.print_kinds(shown.rate, answers[steps.index(shown)])
    report.print_rules()
    print(report.verdict(steps))


@contextlib.contextmanager
def _product(polled: list[str], native: bool) -> Iterator[tuple[str, dict[str, Processes]]]:
    """The web processes and the polling; the URL, and the groups of processes whose CPU is looked at."""
    # Imported now, as above.
    from bench.web import gunicorn

    database_url = os.environ["DATABASE_URL"]
    own = {"DJANGO_SETTINGS_MODULE": "bench.load.settings"}
    with contextlib.ExitStack() as running:
        port, web = running.enter_context(gunicorn(WORKERS, own))
        polling = [sys.executable, "-m", "bench.load.poll", json.dumps(polled)]
        ingest = running.enter_context(running_server(polling))
        database = own_server(database_url)
        if native:
            database = backends(running.enter_context(psycopg.connect(database_url, autocommit=True)))
        groups = {
            "web": tree(web.process.pid),
            "database": database,
            "redis": own_server(os.environ["REDIS_URL"]),
            "ingest": tree(ingest.process.pid),
        }
        yield f"http://{HOST}:{port}", groups


def _run(plan: Plan, groups: Mapping[str, Processes]) -> tuple[Answers, Snapshot, Snapshot]:
    """A step by a load generator of its own, with what was used before and after what it measures."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.load.generator"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as generator:
        assert generator.stdin is not None
        assert generator.stdout is not None
        watched = {**groups, "load": tree(generator.pid)}
        try:
            json.dump(asdict(plan), generator.stdin)
            generator.stdin.close()
            _expect(generator.stdout, MEASURING)
            before = snapshot(watched)
            _expect(generator.stdout, MEASURED)
            after = snapshot(watched)
            given = json.loads(generator.stdout.read())
        finally:
            generator.kill()
    return Answers(given["due"], [Answer(**answer) for answer in given["answered"]]), before, after


def _expect(lines: IO[str], word: str) -> None:
    line = lines.readline().strip()
    if line != word:
        raise CannotRunError(f"the load generator said {line!r} where {word!r} was expected")


def _terminated(number: int, frame: FrameType | None) -> None:
    """SIGTERM cleans up as Ctrl-C does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
