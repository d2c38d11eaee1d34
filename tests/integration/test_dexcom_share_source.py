"""The Dexcom Share source against the simulated vendor: what it brings, what it asks, and every way of failing."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from glucose.models import Reading
from glucose.provenance import Source
from glucose.services.ingest import store
from glucose.services.sync import as_samples
from glucose.sources.dexcom_share import DexcomShare
from glucose.sources.dexcom_share_client import Client, Endpoint
from glucose.sources.port import Fetched, Session, SourceRefused, Visitor, Wanted
from patients.models import Patient
from simulator.dexcom_share.process import DexcomShareProcess
from tests.scripted import DROPPED, Reply, scripted

NOW = datetime(2026, 3, 1, 12, 2, tzinfo=UTC)
PASSWORD = "right password"
ALL = Wanted(newest=None)
VISITOR = Visitor(lambda: NOW)


@pytest.fixture(scope="module")
def running_vendor() -> Iterator[DexcomShareProcess]:
    with DexcomShareProcess("--now", NOW.isoformat(), "--speed", "0") as simulator:
        yield simulator


@pytest.fixture
def vendor(running_vendor: DexcomShareProcess) -> DexcomShareProcess:
    running_vendor.set_clock(now=NOW.isoformat(), speed=0)
    running_vendor.clear_faults()
    return running_vendor


class Account:
    """One account at the vendor, and what is remembered of it between visits."""

    def __init__(self, vendor: DexcomShareProcess, **more: Any) -> None:
        self.vendor = vendor
        self.username = f"{uuid4().hex}@example.org"
        told = {"region": "ous", "timezone": "America/Sao_Paulo", **more}
        self.id = vendor.create_account(self.username, PASSWORD, **told)["id"]
        self.session = Session(region=told["region"])

    def has(self, *readings: tuple[float, int], **more: Any) -> None:
        """Put ``(minutes ago, mg/dL)`` at the vendor."""
        rows = [((NOW - timedelta(minutes=ago)).isoformat(), mg_dl) for ago, mg_dl in readings]
        self.vendor.inject(self.username, rows, **more)

    def visit(
        self, wanted: Wanted | None = ALL, now: datetime = NOW, password: str = PASSWORD, timeout: float = 5
    ) -> Fetched:
        """One visit, the session kept, as the sync makes it."""
        endpoint, visitor = Endpoint(self.vendor.url + "/{region}", timeout), Visitor(lambda: now)
        client = Client(self.username, password, endpoint, self.session, visitor)
        try:
            return DexcomShare(client).fetch({self.id: wanted} if wanted else {})
        finally:
            client.close()

    def refused(self, **visit: Any) -> SourceRefused:
        """What a visit is refused with."""
        with pytest.raises(SourceRefused) as caught:
            self.visit(**visit)
        assert PASSWORD not in caught.value.detail
        assert not self.session.token or self.session.token not in caught.value.detail
        return caught.value

    def calls(self) -> list[str]:
        """The names of the calls of this account, in order."""
        names = {"Auth": "authenticate", "Logi": "login", "Read": "read"}
        return [names[entry["path"].split("/")[-1][:4]] for entry in self.vendor.requests(account=self.username)]


@pytest.fixture
def account(vendor: DexcomShareProcess) -> Account:
    return Account(vendor)


def values(fetched: Fetched, account: Account) -> list[int]:
    return [one.mg_dl for one in fetched.measurements[account.id]]


class TestWhatItBrings:
    def test_one_person_by_the_vendors_id_with_the_truth_of_a_day(
        self, vendor: DexcomShareProcess, account: Account
    ) -> None:
        account.has(*[(5 * number + 1, 100 + number % 60) for number in range(280)])

        fetched = account.visit()

        told = vendor.truth(account.username, (NOW - timedelta(days=1)).isoformat(), NOW.isoformat())
        assert [person.vendor_id for person in fetched.people] == [account.id]
        found = fetched.measurements[account.id]
        assert {int(one.time.timestamp()) * 1000: one.mg_dl for one in found} == told
        assert {(one.source, one.utc_offset_minutes) for one in found} == {(Source.DEXCOM_SHARE, -180)}
        assert (fetched.unusable, fetched.history_of) == ([], {account.id})

    def test_trends_and_the_ends_of_the_range(self, account: Account) -> None:
        account.has((25, 30), (20, 48), (15, 55), (10, 54), (5, 40), (0, 405))

        found = account.visit().measurements[account.id]

        assert [(one.mg_dl, one.trend, one.out_of_range) for one in reversed(found)] == [
            (40, 0, -1),
            (48, 5, 0),
            (55, 4, 0),
            (54, 3, 0),
            (40, 1, 0),
            (400, 5, 1),
        ]

    def test_the_vendors_old_form_is_read_alike(self, vendor: DexcomShareProcess) -> None:
        old = Account(vendor, format="numbers", timezone="Asia/Kathmandu")
        old.has((10, 120), (5, 112), (0, 111))

        found = old.visit().measurements[old.id]

        assert [(one.mg_dl, one.trend) for one in found] == [(111, 3), (112, 2), (120, 0)]
        assert {one.utc_offset_minutes for one in found} == {345}

    def test_a_person_who_is_not_wanted_is_named_without_readings(self, account: Account) -> None:
        account.has((0, 100))

        fetched = account.visit(wanted=None)

        assert [person.vendor_id for person in fetched.people] == [account.id]
        assert fetched.measurements == {}
        assert account.calls() == ["authenticate", "login"]

    def test_each_region_has_an_address_of_its_own(self, vendor: DexcomShareProcess) -> None:
        japanese = Account(vendor, region="jp")
        japanese.has((0, 100))

        assert values(japanese.visit(), japanese) == [100]
        assert Endpoint("", 5).url("jp") == "https://share.dexcom.jp/ShareWebServices/Services/"


class TestWhatItAsks:
    def test_it_asks_only_for_what_is_newer_than_the_newest(self, account: Account) -> None:
        account.has((11, 101), (6, 102), (1, 103))

        fetched = account.visit(Wanted(newest=NOW - timedelta(minutes=6)))

        assert values(fetched, account) == [103, 102]
        assert fetched.history_of == set()

    def test_with_history_it_asks_for_the_whole_day(self, account: Account) -> None:
        account.has((1439, 99), (1, 103))

        fetched = account.visit(Wanted(newest=NOW - timedelta(minutes=6), history=True))

        assert values(fetched, account) == [103, 99]
        assert fetched.history_of == fetched.logbook_of == {account.id}

    @pytest.mark.parametrize("newest", [NOW + timedelta(days=1), NOW - timedelta(days=40)])
    def test_a_newest_that_cannot_be_continued_from_means_the_whole_day(
        self, account: Account, newest: datetime
    ) -> None:
        account.has((1439, 99), (1, 103))

        assert values(account.visit(Wanted(newest=newest)), account) == [103, 99]

    def test_what_a_phone_sends_later_comes_with_the_history(
        self, vendor: DexcomShareProcess, account: Account
    ) -> None:
        account.has((16, 100), (1, 103))
        account.has((11, 101), (6, 102), visible_after=(NOW + timedelta(minutes=10)).isoformat())
        first = account.visit(Wanted(newest=NOW - timedelta(minutes=16)))
        later = NOW + timedelta(minutes=20)
        vendor.set_clock(now=later.isoformat())

        second = account.visit(Wanted(newest=NOW - timedelta(minutes=1), history=True), now=later)

        assert values(first, account) == [103, 100]
        assert values(second, account) == [103, 102, 101, 100]

    def test_a_session_serves_many_visits(self, account: Account) -> None:
        for _ in range(3):
            account.visit()

        assert account.calls() == ["authenticate", "login", "read", "read", "read"]

    def test_a_session_that_ran_out_costs_one_login_by_the_known_id(
        self, vendor: DexcomShareProcess, account: Account
    ) -> None:
        account.visit()
        tomorrow = NOW + timedelta(days=1, minutes=1)
        vendor.set_clock(now=tomorrow.isoformat())

        account.visit(now=tomorrow)

        assert account.calls()[3:] == ["read", "login", "read"]

    def test_a_session_that_nobody_knows_costs_one_login(self, account: Account) -> None:
        account.visit()
        account.session.token = str(uuid4())

        account.visit()

        # The call with the unknown session is nobody's in the vendor's log.
        assert account.calls()[3:] == ["login", "read"]


class TestRefusals:
    def test_a_wrong_password_waits_for_a_person(self, account: Account) -> None:
        refused = account.refused(password="wrong")

        assert (refused.state, refused.wait) == ("bad_credentials", None)
        assert account.calls() == ["authenticate"]

    @pytest.mark.parametrize("call", ["authenticate", "login"])
    @pytest.mark.parametrize(
        "code",
        [
            "AccountPasswordInvalid",
            "SSO_AuthenticatePasswordInvalid",
            "SSO_AuthenticateAccountNotFound",
            "SSO_InternalError",
            "null_session",
        ],
    )
    def test_every_way_of_refusing_a_login_is_bad_credentials(
        self, vendor: DexcomShareProcess, account: Account, call: str, code: str
    ) -> None:
        vendor.fault("bad_credentials", call=call, code=code)

        assert account.refused().state == "bad_credentials"
        assert account.session == Session(region="ous")

    def test_an_account_of_another_region_is_bad_credentials(self, account: Account) -> None:
        account.session.region = "us"

        assert account.refused().state == "bad_credentials"

    def test_a_name_that_is_empty_is_bad_credentials(self, account: Account) -> None:
        account.username = ""

        assert account.refused().state == "bad_credentials"

    def test_too_many_attempts_lock_for_ten_minutes(self, vendor: DexcomShareProcess, account: Account) -> None:
        vendor.fault("max_attempts")

        refused = account.refused()

        assert (refused.state, refused.wait) == ("locked_out", timedelta(minutes=10))

    @pytest.mark.parametrize("call", ["authenticate", "login", "read"])
    def test_too_many_calls_wait_as_long_as_the_vendor_says(
        self, vendor: DexcomShareProcess, account: Account, call: str
    ) -> None:
        vendor.fault("rate_limited", call=call, seconds=90)

        refused = account.refused()

        assert (refused.state, refused.wait) == ("rate_limited", timedelta(seconds=90))

    def test_a_session_that_is_refused_at_once_is_not_tried_for_ever(
        self, vendor: DexcomShareProcess, account: Account
    ) -> None:
        vendor.fault("session_expired")
        fresh = account.refused()
        after_first = account.calls()
        kept = account.refused()

        assert (fresh.state, kept.state) == ("unreachable", "unreachable")
        assert after_first == ["authenticate", "login", "read"]
        assert account.calls()[3:] == ["read", "login", "read"]

    @pytest.mark.parametrize("call", ["authenticate", "login", "read"])
    @pytest.mark.parametrize(
        "fault", [{"kind": "http_5xx", "status": 502}, {"kind": "html_200"}, {"kind": "truncated_json"}]
    )
    def test_what_is_no_answer_is_unreachable_whichever_call_it_hits(
        self, vendor: DexcomShareProcess, account: Account, call: str, fault: dict[str, Any]
    ) -> None:
        account.has((0, 100))
        vendor.fault(**fault, call=call)

        assert account.refused().state == "unreachable"
        vendor.clear_faults()
        assert values(account.visit(), account) == [100]

    @pytest.mark.parametrize("kind", ["hang", "slow"])
    def test_a_vendor_that_takes_too_long_is_left(
        self, vendor: DexcomShareProcess, account: Account, kind: str
    ) -> None:
        account.visit()
        vendor.fault(kind, seconds=8)
        started = time.monotonic()

        refused = account.refused(timeout=0.5)

        assert refused.state == "unreachable"
        assert time.monotonic() - started < 4

    def test_a_slow_answer_within_the_time_is_taken(self, vendor: DexcomShareProcess, account: Account) -> None:
        account.has((0, 100))
        vendor.fault("slow", seconds=0.2)

        assert values(account.visit(), account) == [100]

    def test_nobody_at_the_address_is_unreachable(self, account: Account) -> None:
        client = Client(account.username, PASSWORD, Endpoint("http://127.0.0.1:9", 1), account.session, VISITOR)

        with pytest.raises(SourceRefused) as caught:
            DexcomShare(client).fetch({})
        client.close()
        assert caught.value.state == "unreachable"


class TestOddAnswers:
    ID = "11111111-2222-3333-4444-555555555555"

    def refused_by(self, last: Reply, *before: Reply) -> tuple[SourceRefused, int]:
        """What becomes of a visit that is answered so, and how many calls it took."""
        replies = iter([*before, last])
        with scripted(lambda _: next(replies)) as odd:
            client = Client("ana", PASSWORD, Endpoint(odd.url, 5), Session("us"), VISITOR)
            with pytest.raises(SourceRefused) as caught:
                DexcomShare(client).fetch({self.ID: ALL})
            client.close()
            return caught.value, len(odd.asked)

    @pytest.mark.parametrize("told", [{}, [], 7, "", "a text", None])
    def test_a_login_without_an_id_is_unreachable(self, told: Any) -> None:
        refused, calls = self.refused_by(Reply(200, told))

        assert (refused.state, calls) == ("unreachable", 1)

    @pytest.mark.parametrize("told", [{}, "text", 7, {"readings": []}])
    def test_readings_that_are_no_list_are_unreachable(self, told: Any) -> None:
        refused, calls = self.refused_by(Reply(200, told), Reply(200, self.ID), Reply(200, self.ID))

        assert (refused.state, calls) == ("unreachable", 3)

    @pytest.mark.parametrize(
        "reply",
        [
            Reply(500, {"Code": "SomethingNew", "Message": None}),
            Reply(500, {"Code": "SSO_InternalError", "Message": "Try later"}),
            Reply(500, {"Code": "InvalidArgument", "Message": "minutes"}),
            Reply(500, {"Message": "Bad"}),
            Reply(302, ID, {"Location": "/elsewhere"}),
            Reply(200, b'"', missing=37),
            Reply(200, b"[" * 100_000),
            Reply(200, b" " * 1_000_001),
            DROPPED,
        ],
        ids=range(9),
    )
    def test_what_means_nothing_to_us_is_unreachable(self, reply: Reply) -> None:
        refused, calls = self.refused_by(reply)

        assert (refused.state, calls) == ("unreachable", 1)

    def test_a_refusal_is_believed_whatever_its_status(self) -> None:
        refused, _ = self.refused_by(Reply(200, {"Code": "AccountPasswordInvalid"}))

        assert refused.state == "bad_credentials"


class TestOddItems:
    def test_an_empty_answer_is_no_reading_and_no_gap(self, vendor: DexcomShareProcess, account: Account) -> None:
        account.has((1, 100))
        vendor.fault("empty")

        fetched = account.visit(Wanted(newest=NOW - timedelta(minutes=60)))

        assert (values(fetched, account), fetched.history_of, fetched.unusable) == ([], set(), [])

    def test_a_reading_of_the_future_is_set_aside(self, vendor: DexcomShareProcess, account: Account) -> None:
        account.has((6, 100), (1, 103))
        vendor.fault("future_time")

        fetched = account.visit()

        assert values(fetched, account) == [100]
        assert [item.reason for item in fetched.unusable] == ["the time of an item is more than 10 minutes ahead"]

    def test_of_two_values_at_one_time_the_first_counts(self, vendor: DexcomShareProcess, account: Account) -> None:
        account.has((6, 100), (1, 103))
        vendor.fault("repeated_time")

        fetched = account.visit()

        assert values(fetched, account) == [103, 100]
        assert [item.reason for item in fetched.unusable] == ["the time of an item occurs twice"]

    def test_a_traveller_has_an_offset_by_reading(self, vendor: DexcomShareProcess, account: Account) -> None:
        account.has((6, 100), (1, 103))
        vendor.fault("travel", offset_minutes=60)

        found = account.visit().measurements[account.id]

        assert [one.utc_offset_minutes for one in found] == [60, -180]
        assert found[0].time - found[1].time == timedelta(minutes=5)


class TestStoring:
    def test_the_ingest_takes_it_as_it_takes_every_source(
        self, vendor: DexcomShareProcess, account: Account, patient: Patient
    ) -> None:
        account.has((11, 405), (6, 100), (1, 103))
        found = account.visit().measurements[account.id]
        first = store(as_samples(patient.id, found, {}), now=NOW)

        again = store(as_samples(patient.id, account.visit().measurements[account.id], {}), now=NOW)

        rows = Reading.objects.filter(patient_id=patient.id).order_by("time")
        assert (first.stored, again.stored) == (3, 0)
        assert [(row.mg_dl, row.source, row.cadence_minutes, row.utc_offset_minutes) for row in rows] == [
            (400, Source.DEXCOM_SHARE, 5, -180),
            (100, Source.DEXCOM_SHARE, 5, -180),
            (103, Source.DEXCOM_SHARE, 5, -180),
        ]
