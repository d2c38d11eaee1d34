"""The client against a server that fails: what is tried again, when, and what is raised in the end."""

import contextlib
import datetime as dt
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from client.saude_ia import (
    BULK,
    Busy,
    Changed,
    NoAnswer,
    NotFound,
    NotModified,
    NotSignedIn,
    OtpRequired,
    Problem,
    SaudeIA,
    SaudeIAError,
    TaskFailed,
    TaskNotDone,
    UploadedReadingRequest,
    etag_of,
)
from tests.scripted import DROPPED, Asked, Reply, Scripted, scripted

NOW = 1_772_366_400.0  # 2026-03-01 12:00:00 UTC
ME = {"id": "1", "username": "ana", "name": "Ana", "role": "admin", "clinic": "2", "clinic_name": "Norte"}
RECEIPT = {"received": 1, "stored": 1, "duplicates": 0, "rejected": []}
PATIENT = "0195b2c1-0000-7000-8000-000000000000"
TASK = {"id": "t", "kind": "sync", "status": "done", "error": None}
ONE: list[UploadedReadingRequest] = [{"time": "2026-03-01T08:00:00Z", "value": 100}]


def refused(status: int, slug: str = "unavailable", headers: dict[str, str] | None = None, **more: Any) -> Reply:
    problem = {"type": f"/problems/{slug}/", "title": slug, "status": status, "detail": "", "request_id": "r1", **more}
    return Reply(status, problem, headers or {})


class Stage:
    """A client of a scripted server: its time moves by its sleeps only."""

    def __init__(self, server: Scripted, **options: Any) -> None:
        self.server, self.slept, self.now = server, list[float](), NOW
        given = {"tokens": {"access": "a", "refresh": "r"}, "sleep": self.sleep, "clock": lambda: self.now, **options}
        self.api = SaudeIA(server.url, **given)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def methods(self) -> list[str]:
        return [one.method for one in self.server.asked]


Start = Callable[..., Stage]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a client of a server with these answers in turn; the last one is given for ever."""
    with contextlib.ExitStack() as running:

        def begin(*replies: Reply, **options: Any) -> Stage:
            waiting = list(replies)
            server = running.enter_context(scripted(lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]))
            stage = Stage(server, **options)
            running.callback(stage.api.close)
            return stage

        yield begin


OK = Reply(200, ME)


class TestTriesAgain:
    @pytest.mark.parametrize(
        "fault",
        [
            DROPPED,
            Reply(200, ME, missing=5),
            Reply(200, b"no gzip at all", {"Content-Encoding": "gzip"}),
            refused(503),
            refused(504, "timeout"),
            Reply(502, b"<h1>Bad gateway</h1>", {"Content-Type": "text/html"}),
            refused(429, "too-many-requests", {"Retry-After": "3"}),
        ],
        ids=["dropped", "truncated", "not what it says", "503", "504", "a proxy's 502", "429"],
    )
    def test_a_read_after_a_fault(self, start: Start, fault: Reply) -> None:
        stage = start(fault, fault, OK)

        assert stage.api.auth_me() == ME
        assert len(stage.slept) == 2

    def test_with_waits_that_grow_up_to_a_limit(self, start: Start) -> None:
        stage = start(*[refused(503)] * 7, OK, tries=8, longest_wait_seconds=4)

        stage.api.auth_me()

        bounds = [(0.25, 0.5), (0.5, 1), (1, 2), (2, 4), (2, 4), (2, 4), (2, 4)]
        assert all(low <= waited <= high for (low, high), waited in zip(bounds, stage.slept, strict=True))

    @pytest.mark.parametrize(
        "headers",
        [
            {"Retry-After": "40"},
            {"Retry-After": "Sun, 01 Mar 2026 12:00:40 GMT"},
            # The server's clock is an hour behind ours, and it says so.
            {"Retry-After": "Sun, 01 Mar 2026 11:00:40 GMT", "Date": "Sun, 01 Mar 2026 11:00:00 GMT"},
        ],
        ids=["seconds", "a date", "a date of another clock"],
    )
    def test_when_it_was_told_to(self, start: Start, headers: dict[str, str]) -> None:
        stage = start(refused(429, "too-many-requests", headers), OK)

        stage.api.auth_me()

        assert 40 <= stage.slept[0] <= 44

    def test_not_where_it_was_told_to_wait_for_long(self, start: Start) -> None:
        stage = start(refused(429, "too-many-requests", {"Retry-After": "900"}))

        with pytest.raises(Busy) as busy:
            stage.api.auth_me()

        assert (busy.value.retry_after, stage.slept) == (900, [])

    def test_and_gives_up_in_the_end(self, start: Start) -> None:
        stage = start(refused(503), tries=3)

        with pytest.raises(Busy, match="503 unavailable") as busy:
            stage.api.auth_me()

        assert (busy.value.type, len(stage.server.asked), len(stage.slept)) == ("/problems/unavailable/", 3, 2)

    def test_a_post_with_the_same_key_each_time(self, start: Start) -> None:
        faults = [DROPPED, refused(409, "request-in-progress"), refused(503)]
        stage = start(*faults, Reply(200, RECEIPT))

        assert stage.api.readings_create(PATIENT, {"readings": ONE}) == RECEIPT

        keys = [one.headers["Idempotency-Key"] for one in stage.server.asked]
        assert len(keys) == 4
        assert len(set(keys)) == 1
        assert len({one.content for one in stage.server.asked}) == 1

    def test_with_another_key_for_another_thing_to_do(self, start: Start) -> None:
        stage = start(Reply(200, RECEIPT))

        stage.api.readings_create(PATIENT, {"readings": ONE})
        stage.api.readings_create(PATIENT, {"readings": ONE})
        stage.api.readings_create(PATIENT, {"readings": ONE}, idempotency_key="mine")

        first, second, third = (one.headers["Idempotency-Key"] for one in stage.server.asked)
        assert first != second
        assert third == "mine"

    @pytest.mark.parametrize("fault", [DROPPED, refused(503), refused(429, "too-many-requests", {"Retry-After": "1"})])
    def test_no_post_without_a_key_and_no_patch(self, start: Start, fault: Reply) -> None:
        stage = start(fault)

        with pytest.raises((NoAnswer, Busy)):
            stage.api.librelinkup_accounts_sync("1")
        with pytest.raises((NoAnswer, Busy)):
            stage.api.patients_change(PATIENT, {"name": "Ana"})

        assert stage.methods() == ["POST", "PATCH"]

    def test_whatever_could_not_be_sent(self) -> None:
        with socket.socket() as reserved:
            reserved.bind(("127.0.0.1", 0))  # and does not listen
            stage = Stage(Scripted(f"http://127.0.0.1:{reserved.getsockname()[1]}"))
            with stage.api, pytest.raises(NoAnswer, match="refused"):
                stage.api.librelinkup_accounts_sync("1")
        assert len(stage.slept) > 3

    def test_nothing_that_was_refused(self, start: Start) -> None:
        stage = start(refused(422, "invalid-input", errors=[{"parameter": "days", "detail": "is too large"}]))

        with pytest.raises(Problem, match="days: is too large") as problem:
            stage.api.statistics(PATIENT, days=99_999)

        told = problem.value
        assert (told.status, told.type, told.request_id) == (422, "/problems/invalid-input/", "r1")
        assert told.errors == [{"parameter": "days", "detail": "is too large"}]
        assert len(stage.server.asked) == 1


class TestSigningIn:
    def test_waits_for_the_first_request_and_ends_with_the_block(self, start: Start) -> None:
        pair = {"access": "a1", "refresh": "r1"}
        stage = start(Reply(200, pair), OK, OK, Reply(204), tokens=None, username="ana", password="secret")
        assert stage.server.asked == []

        with stage.api as api:
            api.auth_me()
            api.auth_me()

        sign_in, first, second, sign_out = stage.server.asked
        assert sign_in.body == {"username": "ana", "password": "secret"}
        assert first.headers["Authorization"] == second.headers["Authorization"] == "Bearer a1"
        assert (sign_out.path, sign_out.body) == ("/api/v1/auth/logout/", {"refresh": "r1"})
        assert "Authorization" not in sign_in.headers

    def test_sends_a_code_where_one_is_given(self, start: Start) -> None:
        options = {"tokens": None, "username": "ana", "password": "secret", "otp": "123456"}
        stage = start(Reply(200, {"access": "a1", "refresh": "r1"}), OK, **options)

        stage.api.auth_me()

        assert stage.server.asked[0].body["otp"] == "123456"

    def test_tells_that_a_code_is_needed(self, start: Start) -> None:
        stage = start(refused(401, "otp-required"), tokens=None, username="ana", password="secret")

        with pytest.raises(OtpRequired):
            stage.api.auth_me()

        assert len(stage.server.asked) == 1

    def test_is_tried_again_once_and_no_more(self, start: Start) -> None:
        stage = start(refused(401, "token-refused"), Reply(200, {"access": "b", "refresh": "s"}), refused(401))

        with pytest.raises(NotSignedIn):
            stage.api.auth_me()

        assert [one.path.split("/")[-2] for one in stage.server.asked] == ["me", "refresh", "me"]
        assert stage.api.tokens == {"access": "b", "refresh": "s"}

    def test_is_renewed_once_by_threads_that_are_refused_together(self) -> None:
        together = threading.Barrier(4)

        def answer(asked: Asked) -> Reply:
            if asked.path.endswith("/refresh/"):
                return Reply(200, {"access": "b", "refresh": "s"})
            if asked.headers["Authorization"] == "Bearer b":
                return OK
            together.wait(10)
            return refused(401, "token-refused")

        with scripted(answer) as server, Stage(server).api as api, ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda _: api.auth_me(), range(4)))

        assert found == [ME] * 4
        assert [one.body for one in server.asked if one.path.endswith("/refresh/")] == [{"refresh": "r"}]

    def test_goes_on_with_the_password_where_the_answer_of_a_refresh_was_lost(self, start: Start) -> None:
        expired = refused(401, "token-refused")
        # The refresh token is used up by the request whose answer was lost.
        script = [expired, DROPPED, expired, Reply(200, {"access": "c", "refresh": "t"}), OK]
        stage = start(*script, username="ana", password="secret")

        assert stage.api.auth_me() == ME
        assert [one.path.split("/")[-2] for one in stage.server.asked] == ["me", "refresh", "refresh", "token", "me"]

    def test_given_tokens_outlive_the_block(self, start: Start) -> None:
        stage = start(OK)

        with stage.api as api:
            api.auth_me()

        assert len(stage.server.asked) == 1

    def test_an_error_in_the_block_is_not_hidden_by_one_of_the_sign_out(self, start: Start) -> None:
        pair = Reply(200, {"access": "a1", "refresh": "r1"})
        stage = start(pair, refused(404, "not-found"), refused(500), tokens=None, username="ana", password="secret")

        with pytest.raises(NotFound), stage.api as api:
            api.patients_read(PATIENT)

        assert stage.server.asked[-1].path.endswith("/logout/")

    def test_needs_something_to_sign_in_with(self) -> None:
        with pytest.raises(ValueError, match="a user name and a password"):
            SaudeIA("https://clinic.example", "ana")
        with pytest.raises(ValueError, match="begins with https"):
            SaudeIA("clinic.example", "ana", "secret")

    def test_says_so_where_nobody_is_signed_in_any_more(self, start: Start) -> None:
        stage = start(Reply(204))
        stage.api.sign_out()

        with pytest.raises(SaudeIAError, match="signed out"):
            stage.api.auth_me()


class TestAnswers:
    def test_a_tag_comes_with_the_answer_and_says_that_nothing_changed(self, start: Start) -> None:
        stage = start(Reply(200, ME, {"ETag": '"1.2"'}), Reply(304), refused(412, "precondition-failed"))

        patient = stage.api.patients_read(PATIENT)
        with pytest.raises(NotModified):
            stage.api.patients_read(PATIENT, if_none_match=etag_of(patient))
        with pytest.raises(Changed):
            stage.api.patients_change(PATIENT, {"name": "Bia"}, if_match=etag_of(patient))

        assert [one.headers.get("If-None-Match") for one in stage.server.asked] == [None, '"1.2"', None]
        assert stage.server.asked[2].headers["If-Match"] == '"1.2"'

    def test_what_is_not_json_is_no_answer(self, start: Start) -> None:
        stage = start(Reply(200, b"<h1>Welcome to the hotel</h1>", {"Content-Type": "text/html"}))

        with pytest.raises(NoAnswer, match="not JSON"):
            stage.api.auth_me()

    @pytest.mark.parametrize(
        ("body", "shown"),
        [
            (b"Blocked by the firewall", r"403 .*Blocked by the firewall"),
            ({"title": "Blocked", "errors": ["by the firewall"]}, "403 Blocked"),
        ],
    )
    def test_an_error_that_is_no_problem_document_is_shown(self, start: Start, body: Any, shown: str) -> None:
        stage = start(Reply(403, body, {"Content-Type": "text/plain"}))

        with pytest.raises(Problem, match=shown) as problem:
            stage.api.auth_me()

        assert problem.value.type == "about:blank"

    def test_pages_are_asked_for_when_they_are_reached_and_at_our_own_host(self, start: Start) -> None:
        link = "https://elsewhere.example/api/v1/patients/?status=active&cursor=c2"
        first = Reply(200, {"next": link, "previous": None, "results": [{"id": "1"}, {"id": "2"}]})
        stage = start(first, Reply(200, {"next": None, "previous": None, "results": [{"id": "3"}]}))

        rows = stage.api.patients(status="active")
        assert stage.server.asked == []
        assert [next(rows)["id"], next(rows)["id"]] == ["1", "2"]
        assert len(stage.server.asked) == 1
        assert [row["id"] for row in rows] == ["3"]
        assert stage.server.asked[1].query == {"status": ["active"], "cursor": ["c2"]}

    def test_a_naive_instant_is_refused_before_it_is_sent(self, start: Start) -> None:
        stage = start(OK)

        with pytest.raises(ValueError, match="no time zone"):
            stage.api.statistics(PATIENT, start=dt.datetime(2026, 3, 1))  # noqa: DTZ001

        assert stage.server.asked == []


class TestUploads:
    def test_go_in_pieces_and_are_summed(self) -> None:
        def receipt(asked: Asked) -> Reply:
            got = len(asked.body["readings"])
            rejected = [{"index": got - 1, "reason": "implausible"}]
            return Reply(200, {"received": got, "stored": got - 3, "duplicates": 2, "rejected": rejected})

        told: list[tuple[int, int | None]] = []
        with scripted(receipt) as server, Stage(server).api as api:
            whole = api.upload_readings(PATIENT, ONE * (2 * BULK + 5), progress=lambda *done: told.append(done))

        assert [len(one.body["readings"]) for one in server.asked] == [BULK, BULK, 5]
        assert len({one.headers["Idempotency-Key"] for one in server.asked}) == 3
        total = 2 * BULK + 5
        assert told == [(BULK, total), (2 * BULK, total), (total, total)]
        assert [one["index"] for one in whole["rejected"]] == [BULK - 1, 2 * BULK - 1, total - 1]
        assert (whole["received"], whole["stored"], whole["duplicates"]) == (total, total - 9, 6)

    def test_read_no_more_of_a_source_than_a_piece_at_a_time(self, start: Start) -> None:
        read = 0

        def source() -> Iterator[UploadedReadingRequest]:
            nonlocal read
            for _ in range(3 * BULK):
                read += 1
                yield ONE[0]

        at: list[tuple[int, int | None]] = []
        stage = start(Reply(200, RECEIPT))
        stage.api.upload_readings(PATIENT, source(), progress=lambda done, total: at.append((read, total)))

        assert at == [(BULK, None), (2 * BULK, None), (3 * BULK, None)]


class TestStreams:
    ROWS = b"time,value\r\n2026-03-01T08:00:00Z,100\r\n2026-03-01T08:05:00Z,101\r\n"
    CSV = {"Content-Type": "text/csv"}

    def test_are_saved_with_their_progress(self, start: Start, tmp_path: Path) -> None:
        stage, told = start(refused(503), Reply(200, self.ROWS, self.CSV)), list[tuple[int, int | None]]()

        with stage.api.readings_as(PATIENT, "text/csv", days=1) as stream:
            size = stream.save(tmp_path / "readings.csv", lambda *done: told.append(done))

        assert (tmp_path / "readings.csv").read_bytes() == self.ROWS
        assert told[-1] == (size, 2) == (len(self.ROWS), 2)
        assert stage.server.asked[1].headers["Accept"] == "text/csv"

    def test_that_break_off_leave_no_file(self, start: Start, tmp_path: Path) -> None:
        stage = start(Reply(200, self.ROWS, self.CSV, missing=10))

        with stage.api.readings_as(PATIENT, "text/csv") as stream, pytest.raises(NoAnswer):
            stream.save(tmp_path / "readings.csv")

        assert list(tmp_path.iterdir()) == []

    def test_are_read_by_line_whatever_a_text_holds(self, start: Start) -> None:
        text = '{"note":"one\u2028line"}\n{"note":"another"}'
        stage = start(Reply(200, text.encode(), {"Content-Type": "application/x-ndjson"}))

        with stage.api.readings_as(PATIENT, "application/x-ndjson") as stream:
            assert list(stream.lines()) == text.split("\n")

    def test_that_are_refused_say_why(self, start: Start) -> None:
        stage = start(refused(404, "not-found", detail="no such patient"))

        with pytest.raises(NotFound, match="no such patient"):
            stage.api.readings_as(PATIENT, "text/csv")


class TestWaitingForATask:
    def test_returns_it_once_it_is_done(self, start: Start) -> None:
        under_way = Reply(200, {**TASK, "status": "processing"})
        stage, seen = start(under_way, under_way, Reply(200, TASK)), list[str]()

        task = stage.api.wait_for_task("t", progress=lambda one: seen.append(one["status"]))

        assert task["id"] == "t"
        assert seen == ["processing", "processing", "done"]

    @pytest.mark.parametrize("status", ["failed", "cancelled"])
    def test_raises_where_it_failed(self, start: Start, status: str) -> None:
        stage = start(Reply(200, {**TASK, "status": status, "error": "the vendor refused"}))

        with pytest.raises(TaskFailed, match="the vendor refused") as failed:
            stage.api.wait_for_task("t")

        assert failed.value.task["status"] == status

    def test_ends_where_it_takes_too_long(self, start: Start) -> None:
        stage = start(Reply(200, {**TASK, "status": "pending"}))

        with pytest.raises(TaskNotDone):
            stage.api.wait_for_task("t", timeout=60)

        assert 60 <= sum(stage.slept) < 63


def test_a_client_of_the_callers_own_stays_open(start: Start) -> None:
    with httpx.Client(headers={"X-Clinic": "norte"}) as http:
        stage = start(OK, http=http)
        with stage.api as api:
            api.auth_me()
        assert not http.is_closed
    assert stage.server.asked[0].headers["X-Clinic"] == "norte"
