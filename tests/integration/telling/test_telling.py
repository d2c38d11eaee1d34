"""What real processes tell: one line of JSON for each request and task, one id and one trace for the way between them,
one event for what failed; and no word of what anybody is, has or keeps secret.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import dramatiq
import httpx
import pytest
from django.core.management import call_command

from accounts.models import Clinic, Membership, User
from accounts.roles import Role
from embedded.ports import HOST, free_ports
from embedded.testing import RunningServer
from simulator.process import SimulatorProcess
from tests.conftest import forget_readings, tokens_of
from tests.faults.waiting import until
from tests.integration.live.listening import answers, database_url
from tests.integration.telling.canaries import Canaries
from tests.integration.telling.drive import drive
from tests.integration.telling.receivers import Received, Span, receiver
from work.queues import QUEUES

WEB: Final = ["--worker-class", "gthread", "--threads", "2", "--no-control-socket", "--limit-request-line", "8190"]
LOGGER: Final = ["--logger-class", "project.server_log.Logger"]
PATIENCE: Final = 120.0
# It is followed by a visit to the vendor.
LINK: Final = "/api/v1/librelinkup/accounts/<uuid:account_id>/unlinked/<str:vendor_id>/link/"
pytestmark = pytest.mark.django_db
ENDED: Final = ("done", "failed", "refused")


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that came out: the output of each process, and what the collector, Sentry and the webhook were sent."""

    canaries: Canaries
    output: dict[str, str]
    traces: Received
    errors: Received

    def lines(self, process: str, message: str = "") -> list[dict[str, Any]]:
        """The lines of a process, or those with this message."""
        lines = [json.loads(line) for line in self.output[process].splitlines()]
        return [line for line in lines if message in ("", line["message"])]


class Stage:
    """The processes, each with its output in a file."""

    def __init__(self, running: ExitStack, folder: Path, environment: dict[str, str]) -> None:
        self.running, self.folder, self.environment = running, folder, environment
        self.servers: dict[str, RunningServer] = {}

    def start(self, name: str, *command: str) -> RunningServer:
        log = self.running.enter_context((self.folder / name).open("w+b"))
        server = self.servers[name] = RunningServer([sys.executable, *command], self.environment, log)
        self.running.callback(server.stop)
        return server

    def output(self, name: str) -> str:
        return (self.folder / name).read_text()

    def stop(self) -> dict[str, str]:
        for server in self.servers.values():
            server.stop()
        return {name: self.output(name) for name in self.servers}


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    """What is told of everything that is driven through the processes, at the most talkative level."""
    with django_db_blocker.unblock(), ExitStack() as running:
        running.callback(call_command, "flush", verbosity=0, interactive=False)
        running.callback(forget_readings)
        vendor = running.enter_context(SimulatorProcess())
        traces, errors, hook = (running.enter_context(receiver()) for _ in range(3))
        environment = _environment(vendor, traces, errors)
        stage = Stage(running, tmp_path_factory.mktemp("telling"), environment)
        canaries = Canaries()
        address = _started(stage)
        with _client(address, canaries) as client:
            drive(client, vendor, hook.url, canaries)
            _listen(stage, client, canaries)
        until(lambda: _ended(stage), PATIENCE, "the tasks to end")
        until(lambda: hook.bodies, PATIENCE, "the webhook to be told")
        yield Evidence(canaries, stage.stop(), traces, errors)


def _environment(vendor: SimulatorProcess, traces: Received, errors: Received) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url(),
        "ALLOWED_HOSTS": HOST,
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": "json",
        "LIBRELINKUP_GLOBAL_URL": vendor.url,
        "LIBRELINKUP_REGION_URL": vendor.url + "/{region}",
        "WEBHOOKS_ANYWHERE": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": traces.url,
        "SENTRY_DSN": errors.url.replace("http://", "http://public@") + "/1",
        "SENTRY_ENVIRONMENT": "a test",
        "SAUDE_VERSION": "1.2.3",
    }


def _started(stage: Stage) -> str:
    for queue in QUEUES:
        # What other tests sent and nobody took.
        dramatiq.get_broker().flush(queue)
    port, live = free_ports(2)
    address = f"http://{HOST}:{port}"
    web = stage.start("web", "-m", "gunicorn", *WEB, *LOGGER, "--bind", f"{HOST}:{port}", f"{__package__}.web")
    options = ["--queues", *QUEUES, "--processes", "1", "--threads", "2"]
    stage.start("worker", "-m", "project.workers", f"{__package__}.actors", *options)
    streams = stage.start("live", "manage.py", "run_live", "--host", HOST, "--port", str(live))
    web.wait_until(lambda: answers(address))
    streams.wait_until(lambda: answers(f"http://{HOST}:{live}"))
    stage.environment["LIVE"] = f"http://{HOST}:{live}"
    return address


def _client(address: str, canaries: Canaries) -> httpx.Client:
    clinic = Clinic.objects.create(name=canaries["clinic"])
    user = User.objects.create(username=canaries["user"], name=canaries["name"])
    Membership.objects.create(user=user, clinic=clinic, role=Role.ADMIN)
    tokens = tokens_of(user)
    canaries["access token"], canaries["refresh token"] = tokens.access, tokens.refresh
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {tokens.access}"}, timeout=60)


def _listen(stage: Stage, client: httpx.Client, canaries: Canaries) -> None:
    """Open a stream, and close it; and ask for one that nobody may have."""
    address = f"{stage.environment['LIVE']}/api/v1/readings/stream/"
    headers = {"Authorization": client.headers["Authorization"]}
    with httpx.stream("GET", address, headers=headers, params={"q": canaries["stream"]}, timeout=60) as stream:
        assert stream.status_code == 200
        next(stream.iter_text())
    assert httpx.get(address, params={"q": canaries["no stream"]}, timeout=60).status_code == 401


def _ended(stage: Stage) -> bool:
    """Whether each of the tasks has come to its end."""
    lines = [json.loads(line) for line in stage.output("worker").splitlines() if '"task"' in line]
    actors = Counter(line["actor"] for line in lines if line.get("outcome") in ENDED)
    wanted = {"sync_account": 3, "import_file": 2, **dict.fromkeys(_FAILING, 1)}
    return all(actors[name] >= count for name, count in wanted.items())


_FAILING: Final = ("telling_value", "telling_row", "telling_refusal", "telling_again")


class TestNoWord:
    @pytest.mark.parametrize("process", ["web", "worker", "live"])
    def test_of_anybody_is_in_a_line_of_a_process(self, told: Evidence, process: str) -> None:
        assert told.canaries.in_(told.output[process]) == []

    def test_of_anybody_is_in_a_trace(self, told: Evidence) -> None:
        assert len(told.traces.spans()) > 100
        assert told.canaries.in_(told.traces.text()) == []

    def test_of_anybody_is_in_an_error(self, told: Evidence) -> None:
        assert told.canaries.in_(told.errors.text()) == []

    def test_would_be_missed_if_it_were_there(self, told: Evidence) -> None:
        assert len(told.canaries) > 35
        assert told.canaries.in_(f"an error of {told.canaries['row'].upper()}") == ["row"]


class TestALine:
    @pytest.mark.parametrize("process", ["web", "worker", "live"])
    def test_is_json_whoever_writes_it(self, told: Evidence, process: str) -> None:
        loggers = {line["logger"].partition(".")[0] for line in told.lines(process)}

        assert loggers >= {"web": {"gunicorn", "project"}, "worker": {"dramatiq", "work"}, "live": {"uvicorn"}}[process]

    def test_tells_each_request_once_by_its_route(self, told: Evidence) -> None:
        told_of = Counter((line["method"], line["route"], line["status"]) for line in told.lines("web", "request"))

        assert told_of["POST", "/api/v1/patients/", 201] == 1
        assert told_of["GET", "/fail/value/", 500] == 1
        assert told_of["POST", "/api/v1/imports/", 202] == 2
        assert told_of["GET", "/api/v1/patients/", 414] == 1
        assert told_of["GET", "unmatched", 404] == 1

    def test_names_who_asked_and_for_which_clinic(self, told: Evidence) -> None:
        user = User.objects.select_related("membership").get(username=told.canaries["user"])
        (line,) = [line for line in told.lines("web", "request") if line["route"] == LINK]

        assert (line["user_id"], line["clinic_id"]) == (str(user.id), str(user.membership.clinic_id))
        assert line["latency_ms"] > 0

    def test_of_a_stream_comes_at_its_end(self, told: Evidence) -> None:
        lines = [line for line in told.lines("live", "request") if "stream" in line["route"]]

        assert sorted(line["status"] for line in lines) == [200, 401]

    def test_tells_each_attempt_at_a_message(self, told: Evidence) -> None:
        attempts = {
            actor: [
                (line["attempt"], line["outcome"]) for line in told.lines("worker", "task") if line["actor"] == actor
            ]
            for actor in _FAILING
        }

        assert attempts == {
            "telling_value": [(1, "tried again"), (2, "failed")],
            "telling_row": [(1, "tried again"), (2, "failed")],
            "telling_refusal": [(1, "refused")],
            "telling_again": [(1, "tried again"), (2, "done")],
        }

    def test_tells_where_an_error_came_up_and_what_the_database_calls_it(self, told: Evidence) -> None:
        (line,) = [
            line
            for line in told.lines("web")
            if line["logger"] == "django.request" and "fail_by_a_row" in line.get("error", "")
        ]

        assert "(23505, schema_name public, table_name accounts_user, constraint_name" in line["error"]
        assert line["request_id"]


class TestOneWay:
    def test_has_one_id_in_every_line_from_request_to_actor(self, told: Evidence) -> None:
        (asked,) = [line for line in told.lines("web", "request") if line["route"] == LINK]
        ids = [line["request_id"] for line in told.lines("worker", "task") if line["actor"] == "sync_account"]

        assert asked["request_id"] in ids

    def test_is_one_trace_from_request_through_message_to_statements_and_vendor(self, told: Evidence) -> None:
        (asked,) = [line for line in told.lines("web", "request") if line["route"] == LINK]
        spans = {span.id: span for span in told.traces.spans() if span.trace == asked["trace_id"]}
        (request,) = [span for span in spans.values() if not span.parent]
        (actor,) = [span for span in spans.values() if span.name == "sync_account"]
        below = [span for span in spans.values() if span.parent == actor.id]

        assert request.name == f"POST {LINK}"
        assert request.told["saude.request_id"] == actor.told["saude.request_id"] == asked["request_id"]
        assert _above(actor, spans)[-1] == request
        assert {"SELECT", "GET LibreLinkUp"} <= {span.name for span in below}
        assert any("FROM" in span.told.get("db.query.text", "") for span in below)

    def test_is_told_of_by_its_trace_in_the_lines_of_both_processes(self, told: Evidence) -> None:
        (asked,) = [line for line in told.lines("web", "request") if line["route"] == LINK]
        (worked,) = [line for line in told.lines("worker", "task") if line.get("request_id") == asked["request_id"]]

        assert worked["trace_id"] == asked["trace_id"]


class TestAnError:
    def test_is_sent_once_for_each_500_and_each_task_that_failed_for_good(self, told: Evidence) -> None:
        events = [event["tags"].get("route") or event["tags"].get("actor") for event in told.errors.events()]

        assert sorted(events) == ["/fail/row/", "/fail/value/", "telling_row", "telling_value"]

    def test_says_where_it_came_up_of_which_version_and_by_which_id(self, told: Evidence) -> None:
        (event,) = [event for event in told.errors.events() if event["tags"].get("actor") == "telling_value"]
        first, last = event["exception"]["values"]

        assert (first["type"], last["type"], last["value"]) == ("KeyError", "ValueError", "ValueError")
        assert last["stacktrace"]["frames"][-1]["function"] == "telling_value"
        assert (event["release"], event["environment"]) == ("1.2.3", "a test")
        later = [line for line in told.lines("web", "request") if line["route"] == "/fail/later/"]
        assert event["tags"]["request_id"] == later[0]["request_id"]

    def test_holds_nothing_that_was_not_decided(self, told: Evidence) -> None:
        known = {"event_id", "timestamp", "platform", "level", "release", "environment", "exception", "tags"}

        assert {name for event in told.errors.events() for name in event} <= known


def _above(span: Span, spans: dict[str, Span]) -> list[Span]:
    found: list[Span] = []
    while span.parent in spans:
        span = spans[span.parent]
        found.append(span)
    return found
