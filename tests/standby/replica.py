"""A streaming replica, made by pg_basebackup: what it answers, and when the primary answers in its place."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from embedded.ports import free_ports
from embedded.testing import RunningServer, running_server
from tests.faults.waiting import until
from tests.security.escapes import attempts, tried
from tests.security.server import NoServerError, Server, _answers, _bin, _debian
from tests.security.world import World
from tests.standby.ground import Checks, folder_of_postgres, ground, set_up

LAG_SECONDS: Final = 3.0
WINDOW: Final = "start=2026-03-01T00:00:00Z&end=2026-03-10T12:00:00Z"
DAYS: Final = "start=2026-03-01&end=2026-03-09"
PAGES: Final = (
    f"readings/?{WINDOW}",
    f"readings/?{WINDOW}&layout=columns",
    f"statistics/?{WINDOW}",
    f"daily/?{DAYS}",
    f"agp/?{WINDOW}",
    f"episodes/?{WINDOW}",
    f"periods/?{DAYS}",
)
CLINIC: Final = ("clinic/overview/", "clinic/statistics/")
ACTORS: Final = ("admin", "clinician", "patient", "every scope")


def main() -> int:
    """Start, try, count."""
    checks = Checks("replica")
    try:
        with _debian() as primary:
            os.environ["DATABASE_URL"] = primary
            with ground() as (found, world), replica_of(primary) as (port, kill):
                here = _at(found.app, port)
                os.environ |= {"DATABASE_REPLICA_URL": here, "REPLICA_MAX_LAG_SECONDS": str(LAG_SECONDS)}
                set_up(found)
                import project.wsgi  # noqa: F401 -- the limit of statements is set there

                Rehearsal(checks, found, world, _at(found.superuser, port), here, kill).run()
    except NoServerError as error:
        print(f"replica: {error}", file=sys.stderr)
        return 2
    return checks.ended()


@contextlib.contextmanager
def replica_of(primary: str) -> Iterator[tuple[int, Callable[[], None]]]:
    """A server that streams from the primary; its port, and what ends it without a word."""
    parts, (port,) = urlsplit(primary), free_ports(1)
    with folder_of_postgres() as (folder, as_user):
        data = folder / "data"
        copy = [str(_bin() / "pg_basebackup"), "-D", str(data), "-R", "-X", "stream", "--checkpoint=fast"]
        copy += ["-h", "127.0.0.1", "-p", str(parts.port), "-U", parts.username or ""]
        environment = {**os.environ, "PGPASSWORD": parts.password or ""}
        subprocess.run([*as_user(), *copy], check=True, env=environment)
        options = ["-c", "listen_addresses=127.0.0.1", "-c", f"port={port}", "-c", "fsync=off", "-k", str(folder)]
        if (Path(_bin()).parent / "lib" / "timescaledb.so").exists():
            options += ["-c", "shared_preload_libraries=timescaledb", "-c", "timescaledb.telemetry_level=off"]
        # It becomes the postmaster, so that what is stopped below is that.
        prefix = [part if part != "runuser" else "setpriv" for part in as_user()]
        if prefix:
            prefix = ["setpriv", f"--reuid={prefix[2]}", f"--regid={prefix[2]}", "--clear-groups"]
        command = [*prefix, str(_bin() / "postgres"), "-D", str(data), *options]
        with running_server(command) as started:
            url = _at(primary, port)
            started.wait_until(lambda: _answers(url))
            yield port, lambda: _end(data, started)


def _end(data: Path, started: RunningServer) -> None:
    """An immediate shutdown: every session breaks, nothing is written."""
    postmaster = int((data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
    os.kill(postmaster, signal.SIGQUIT)
    started.process.wait(30)


def _at(url: str, port: int) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{port}").geturl()


class Commits:
    """What a scheduler's lease does: a commit every little while, by which the replica knows how late it is."""

    def __init__(self, url: str) -> None:
        self._url, self._stop = url, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Commits":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            while not self._stop.wait(0.2):
                connection.execute("SELECT pg_current_xact_id()")


class Rehearsal:
    """The steps, one after the other."""

    def __init__(
        self, checks: Checks, found: Server, world: World, there: str, here: str, kill: Callable[[], None]
    ) -> None:
        self.that, self.found, self.world = checks.that, found, world
        self.here, self.kill = here, kill
        self.paused = psycopg.connect(there, autocommit=True)

    def run(self) -> None:
        """All of them."""
        with Commits(self.found.superuser):
            self.same_answers()
            self.nobody_else_sees_more()
            self.own_writes()
            self.no_tag_goes_backwards()
            self.what_ends_a_sign_in()
        self.too_far_behind()
        with Commits(self.found.superuser):
            self.escapes()
            self.promoted()
            self.gone()

    def same_answers(self) -> None:
        """Each page for each who may: from the replica, and what the primary says."""
        patient = self.world.ours.patients["cared"]
        for actor in ACTORS:
            own = [f"patients/{patient}/{page}" for page in PAGES]
            for page in own + ([] if actor == "patient" else list(CLINIC)):
                self.until_by_replica(actor, page)
                there, here = self.ask(actor, page), self.ask(actor, page, replica=False)
                self.that(f"{page} of {actor} comes from the replica", by_replica(there) and not by_replica(here))
                same = there.status_code == here.status_code == 200
                if page not in CLINIC:
                    same = same and there.content == here.content and there.get("ETag") == here.get("ETag")
                self.that(f"{page} of {actor} is the primary's answer", same, (there.status_code, here.status_code))
        sessions = {_then_close(_session_there) for _ in range(3)}
        self.that("a session there is used again", len(sessions) == 1, sessions)
        told = self.ask("admin", "health/", base="/").json()
        self.that("health says that the replica is ok", told.get("replica") == "ok", told)

    def nobody_else_sees_more(self) -> None:
        """What is refused is refused by the primary, in the same words."""
        for actor, label in (("clinician", "uncared"), ("patient", "uncared"), ("admin", "deleted")):
            page = f"patients/{self.world.ours.patients[label]}/statistics/?{WINDOW}"
            answer = self.ask(actor, page)
            self.that(f"{actor} sees nothing of {label}", answer.status_code == 404 and not by_replica(answer))
        other = f"patients/{self.world.theirs.patients['cared']}/statistics/?{WINDOW}"
        self.that("another clinic's patient is not found", self.ask("admin", other).status_code == 404)
        self.that("nobody is refused", self.ask(None, other).status_code == 401)
        self.that("a researcher is refused", self.ask("researcher", other).status_code in (403, 404))

    def own_writes(self) -> None:
        """While the replica stands still: who wrote reads the primary, who did not the replica, and then both that."""
        patient = self.world.ours.patients["cared"]
        page = f"patients/{patient}/readings/?start=2026-03-10T12:00:00Z&end=2026-03-11T00:00:00Z"
        for actor in ("admin", "every scope"):
            self.until_by_replica("clinician", page)
            self.until_by_replica(actor, page)
            before = self.ask("clinician", page).json()["results"]
            self.pause()
            minute = 3 * len(before) + (5 if actor == "admin" else 45)
            sent = {"readings": [{"time": f"2026-03-10T12:{minute:02d}:00Z", "value": 111}]}
            posted = self.post(actor, f"patients/{patient}/readings/", sent)
            mine, other = self.ask(actor, page), self.ask("clinician", page)
            self.that(f"{actor} may write", posted.status_code in (200, 201), posted.content[:200])
            self.that(f"{actor} reads what they wrote", len(mine.json()["results"]) == len(before) + 1)
            self.that(f"{actor} reads it from the primary", not by_replica(mine))
            old = by_replica(other) and other.json()["results"] == before
            self.that("somebody else reads the replica", old, (by_replica(other), other.status_code))
            self.resume()
            for who in (actor, "clinician"):
                self.until_by_replica(who, page)
                self.that(f"{who} reads it there, once it is there", self.ask(who, page).json() == mine.json())

    def no_tag_goes_backwards(self) -> None:
        """Who was told of a version by the primary, by whatever answer, is not answered with one before it."""
        patient = self.world.ours.patients["cared"]
        page = f"patients/{patient}/statistics/?{WINDOW}"
        self.until_by_replica("clinician", page)
        self.pause()
        before = self.ask("clinician", page)
        self.post("admin", f"patients/{patient}/exclusions/", {
            "start": "2026-03-09T00:00:00Z", "end": "2026-03-09T01:00:00Z", "reason": "other", "note": "",
        })  # fmt: skip
        still = self.ask("clinician", page)
        self.that("nobody told: the replica's tag", by_replica(still) and still["ETag"] == before["ETag"])
        self.ask("clinician", f"patients/{patient}/")
        new = self.ask("clinician", page)
        self.that("told by the primary: its tag", not by_replica(new) and new["ETag"] != before["ETag"])
        again = self.ask("clinician", page, HTTP_IF_NONE_MATCH=new["ETag"])
        self.that("and a 304 for that tag only", again.status_code == 304, again.status_code)
        self.resume()
        self.until_by_replica("clinician", page)
        later = self.ask("clinician", page)
        self.that("the replica's tag is the newer one, once it has it", later["ETag"] == new["ETag"])

    def what_ends_a_sign_in(self) -> None:
        """The primary lets in: a session that is over opens nothing, however far behind the replica is."""
        page = f"patients/{self.world.ours.patients['cared']}/statistics/?{WINDOW}"
        self.until_by_replica("patient", page)
        self.pause()
        session = self.world.ours.sessions["patient"]
        with psycopg.connect(self.found.superuser) as connection:
            connection.execute("UPDATE accounts_session SET revoked_at = now() WHERE id = %s", [session])
        answer = self.ask("patient", page)
        self.that("a revoked session is refused at once", answer.status_code == 401, answer.status_code)
        self.resume()

    def too_far_behind(self) -> None:
        """Nothing was committed for longer than is allowed: it cannot be told from a replica that hears nothing."""
        page = f"patients/{self.world.ours.patients['cared']}/statistics/?{WINDOW}"
        until(lambda: not by_replica(self.ask("admin", page)), 3 * LAG_SECONDS, "the primary to answer", pause=0.3)
        told = self.ask(None, "health/", base="/")
        words = told.json()["replica"]
        self.that("health says how far behind it is", "behind" in words, words)
        ready = self.ask(None, "health/ready/", base="/")
        self.that("and the service is ready all the same", ready.status_code == 200)

    def escapes(self) -> None:
        """The routes of `make security`, on the replica itself."""
        from tests.security.__main__ import _token

        for attempt in attempts(self.world, []):
            result = tried(self.here, attempt, _token, self.world.hidden())
            self.that(f"on the replica, {attempt.route}: {attempt.name}", result.leak is None, result.leak)

    def promoted(self) -> None:
        """One that became a primary knows nothing more of ours."""
        page = f"patients/{self.world.ours.patients['cared']}/statistics/?{WINDOW}"
        self.until_by_replica("admin", page)
        self.paused.execute("SELECT pg_promote(true, 60)")
        until(lambda: not by_replica(self.ask("admin", page)), 5, "the primary to answer", pause=0.2)
        words = self.ask(None, "health/", base="/").json()["replica"]
        self.that("health says that it is no replica", "is no replica" in words, words)

    def gone(self) -> None:
        """Killed: every request is answered by the primary."""
        page = f"patients/{self.world.ours.patients['cared']}/statistics/?{WINDOW}"
        self.paused.close()
        self.kill()
        for number in range(10):
            answer = self.ask("admin", page)
            self.that(f"answer {number} after its end", answer.status_code == 200 and not by_replica(answer))
        words = self.ask(None, "health/", base="/").json()["replica"]
        self.that("health says that it does not answer", "does not answer" in words, words)

    def ask(self, actor: str | None, page: str, *, replica: bool = True, base: str = "/api/v1/", **more: Any) -> Any:
        """An answer; without the replica where that is said."""
        from django.test.utils import override_settings

        def get() -> Any:
            return self.client(actor).get(f"{base}{page}", **more)

        return _then_close(get) if replica else _then_close(_with(override_settings(DATABASE_REPLICA_URL=""), get))

    def post(self, actor: str, page: str, sent: dict[str, Any]) -> Any:
        """An answer to a change."""
        key = {"HTTP_IDEMPOTENCY_KEY": uuid4().hex}
        return _then_close(lambda: self.client(actor).post(f"/api/v1/{page}", sent, format="json", **key))

    def client(self, actor: str | None) -> Any:
        """Somebody of our clinic, or nobody."""
        from rest_framework.test import APIClient

        client = APIClient(raise_request_exception=False)
        if actor is not None:
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {self.world.ours.bearers[actor]}")
        return client

    def until_by_replica(self, actor: str, page: str) -> None:
        """The replica has come so far as they were told."""
        until(lambda: by_replica(self.ask(actor, page)), 20, f"{page} of {actor} from the replica")

    def pause(self) -> None:
        """The replica stands still."""
        self.paused.execute("SELECT pg_wal_replay_pause()")
        until(
            lambda: self.paused.execute("SELECT pg_get_wal_replay_pause_state()").fetchone() == ("paused",),
            5,
            "a pause",
        )

    def resume(self) -> None:
        """It goes on."""
        self.paused.execute("SELECT pg_wal_replay_resume()")


def by_replica(answer: Any) -> bool:
    """Whether the replica has answered."""
    return getattr(answer.wsgi_request, "by_replica", False)


def _session_there() -> Any:
    from django.db import connections

    with connections["replica"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()


def _with(context: Any, get: Callable[[], Any]) -> Any:
    def asked() -> Any:
        with context:
            return get()

    return asked


def _then_close(get: Callable[[], Any]) -> Any:
    """As the end of a request does: connections go back to their pools."""
    from django.db import close_old_connections

    try:
        return get()
    finally:
        close_old_connections()


if __name__ == "__main__":
    sys.exit(main())
