"""Who asks for what, in locust's terms. Arrivals are open: a request is sent when it is due, answered or not.

A user is one request a second, so as many users as the rate; whoever does it next waits for nobody, and the latency
counts from when it was due. A slow server therefore gets no fewer requests, nor better numbers, for being slow.
"""

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from itertools import count
from typing import Any, ClassVar, Final, TypeVar

from gevent.pool import Group
from locust import FastHttpUser, task

from bench.load.plan import Person, Plan

PERIOD_SECONDS: Final = 1.0
TIMEOUT_SECONDS: Final = 10.0
# People look at some patients again and again.
WATCHED: Final = 5

AnyVisitor = TypeVar("AnyVisitor", bound="Visitor")


def arriving(act: Callable[[AnyVisitor, float], None]) -> Callable[[AnyVisitor], None]:
    """Begin what is due beside what is not answered yet."""

    @wraps(act)
    def begin(visitor: AnyVisitor) -> None:
        due, visitor.due = visitor.due, visitor.due + PERIOD_SECONDS
        visitor.arrivals.append(due)
        visitor.running.spawn(act, visitor, due)

    return begin


class Visitor(FastHttpUser):
    """One request a second, each when it is due."""

    abstract = True
    concurrency = 1_000
    network_timeout = connection_timeout = TIMEOUT_SECONDS
    plan: ClassVar[Plan]
    running: ClassVar[Group] = Group()
    arrivals: ClassVar[list[float]] = []
    numbers: ClassVar[Iterator[int]] = count()

    def on_start(self) -> None:
        """Be somebody, and come at a moment of one's own."""
        self.number = next(self.numbers)
        self.person = self.somebody()
        self.due = time.perf_counter() + random.random() * PERIOD_SECONDS

    def wait_time(self) -> float:
        """Until the next request is due, whatever became of the last one."""
        return max(0.0, self.due - time.perf_counter())

    def somebody(self) -> Person:
        """Who asks."""
        raise NotImplementedError

    def patient(self) -> str:
        """One of the patients whom the person sees."""
        return random.choice(self.person.patients)

    def long_history(self) -> str:
        """One of those who have 90 days."""
        return random.choice(self.person.long_histories)

    def window(self, days: int) -> str:
        """The query of the last days."""
        return self.plan.windows[str(days)]

    def send(self, due: float, name: str, path: str, *, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """The answer, timed from when it was due."""
        with self.client.request(
            "GET" if body is None else "POST",
            f"/api/v1/{path}",
            name=name,
            json=body,
            headers={"Authorization": f"Bearer {self.person.token}", **(headers or {})},
            catch_response=True,
            context={"due": due},
        ) as answer:
            answer.request_meta["response_time"] = 1000 * (time.perf_counter() - due)
        return answer


class Clinician(Visitor):
    """Looks for patients, and at one of them after the other."""

    weight = 3

    def somebody(self) -> Person:
        """One of the clinic's clinicians."""
        return self.plan.clinicians[self.number % len(self.plan.clinicians)]

    @task(3)
    @arriving
    def patients(self, due: float) -> None:
        """A page of the patients."""
        self.send(due, "patients list", "patients/")

    @task(2)
    @arriving
    def filtered(self, due: float) -> None:
        """The patients that a filter lets through."""
        query = random.choice(
            [
                f"search=Paciente%20{random.randrange(100)}",
                "status=active&diabetes_type=type1",
                f"clinician={self.person.user}",
                f"has_data_since={self.plan.data_since}",
            ]
        )
        self.send(due, "patients filtered", f"patients/?{query}")

    @task(3)
    @arriving
    def detail(self, due: float) -> None:
        """One patient."""
        self.send(due, "patient detail", f"patients/{self.patient()}/")

    @task(4)
    @arriving
    def columns(self, due: float) -> None:
        """The curve of two weeks."""
        self.send(due, "columns 14 d", f"patients/{self.patient()}/readings/?layout=columns&{self.window(14)}")

    @task(3)
    @arriving
    def statistics_short(self, due: float) -> None:
        """The statistics of two weeks."""
        self.send(due, "statistics 14 d", f"patients/{self.patient()}/statistics/?{self.window(14)}")

    @task(1)
    @arriving
    def statistics_long(self, due: float) -> None:
        """The statistics of a quarter."""
        self.send(due, "statistics 90 d", f"patients/{self.long_history()}/statistics/?{self.window(90)}")

    @task(2)
    @arriving
    def daily(self, due: float) -> None:
        """The days of two weeks."""
        self.send(due, "daily 14 d", f"patients/{self.patient()}/daily/?{self.plan.dates}")

    @task(3)
    @arriving
    def ward(self, due: float) -> None:
        """Everybody's newest reading."""
        self.send(due, "latest per_patient", "readings/latest/?per_patient=true")


class Client(Visitor):
    """A program that follows the clinic's patients."""

    weight = 2

    def somebody(self) -> Person:
        """The clinic's service user."""
        return self.plan.client

    def on_start(self) -> None:
        """Nothing is known yet."""
        super().on_start()
        self.tags: dict[str, str] = {}
        self.page: str | None = None
        self.watched = random.sample(self.person.patients, WATCHED)

    @task(6)
    @arriving
    def latest(self, due: float) -> None:
        """One patient's newest reading."""
        self.send(due, "latest", f"patients/{self.patient()}/readings/latest/")

    @task(3)
    @arriving
    def history(self, due: float) -> None:
        """The next page of a history, or the first one of another."""
        path = self.page or f"patients/{self.long_history()}/readings/?{self.window(90)}"
        answer = self.send(due, "rows page", path)
        following = answer.json()["next"] if answer.status_code == 200 else None
        self.page = following.partition("/api/v1/")[2] if following else None

    @task(4)
    @arriving
    def changes(self, due: float) -> None:
        """A curve that is known already, unless something came."""
        patient = random.choice(self.watched)
        tag = self.tags.get(patient)
        path = f"patients/{patient}/readings/?layout=columns&{self.window(14)}"
        answer = self.send(due, "columns if new", path, headers={"If-None-Match": tag} if tag else None)
        self.tags[patient] = answer.headers.get("ETag", "") if answer.headers else ""

    @task(1)
    @arriving
    def upload(self, due: float) -> None:
        """A reading of now, for a patient whom nobody polls."""
        reading = {"time": datetime.now(UTC).isoformat(), "value": random.randrange(60, 250), "cadence_minutes": 1}
        patient = random.choice(self.plan.uploading)
        self.send(due, "post of one reading", f"patients/{patient}/readings/", body={"readings": [reading]})
