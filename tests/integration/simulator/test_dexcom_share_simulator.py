"""The simulated Dexcom Share as its clients see it: the unmodified pydexcom, and requests by hand."""

from typing import Any

import pytest
import requests
from pydexcom import Dexcom, Region
from pydexcom.const import DEXCOM_APPLICATION_ID_US, DEXCOM_BASE_URLS
from pydexcom.errors import AccountError, AccountErrorEnum, SessionError

from simulator.dexcom_share.process import DexcomShareProcess
from tests.integration.simulator.conftest import NOW, PASSWORD

NULL_ID = "00000000-0000-0000-0000-000000000000"
READ = "Publisher/ReadPublisherLatestGlucoseValues"
NOW_MS = 1_749_988_800_000
MINUTE_MS = 60_000


@pytest.fixture(autouse=True)
def vendors_address(dexcom_share: DexcomShareProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DEXCOM_BASE_URLS, Region.US, address(dexcom_share))


def address(vendor: DexcomShareProcess, region: str = "us") -> str:
    return f"{vendor.url}/{region}/ShareWebServices/Services/"


def post(vendor: DexcomShareProcess, call: str, region: str = "us", **more: Any) -> requests.Response:
    return requests.post(address(vendor, region) + call, timeout=10, **more)


def authenticate(vendor: DexcomShareProcess, region: str = "us", **changes: Any) -> requests.Response:
    body = {"applicationId": DEXCOM_APPLICATION_ID_US, **changes}
    return post(vendor, "General/AuthenticatePublisherAccount", region, json=body)


def read(vendor: DexcomShareProcess, session_id: str, minutes: Any = 1440, count: Any = 288) -> requests.Response:
    return post(vendor, READ, params={"sessionId": session_id, "minutes": minutes, "maxCount": count})


def signed_in(username: str) -> Dexcom:
    return Dexcom(username=username, password=PASSWORD)


def inject(vendor: DexcomShareProcess, username: str, *readings: tuple[int, int]) -> None:
    """Put ``(minutes ago, mg/dL)`` into a person's truth."""
    vendor.inject(username, [(NOW_MS - ago * MINUTE_MS, mg_dl) for ago, mg_dl in readings])


class TestReading:
    def test_pydexcom_reads_what_was_injected_the_newest_first(
        self, dexcom_share: DexcomShareProcess, wearer: str
    ) -> None:
        inject(dexcom_share, wearer, (10, 100), (5, 107), (0, 109))

        found = signed_in(wearer).get_glucose_readings()

        assert [(one.value, one.trend_direction) for one in found] == [
            (109, "Flat"),
            (107, "FortyFiveUp"),
            (100, "NotComputable"),
        ]
        assert found[0].datetime.isoformat() == "2025-06-15T09:00:00-03:00"

    def test_items_are_written_as_the_vendor_writes_them_now(
        self, dexcom_share: DexcomShareProcess, wearer: str
    ) -> None:
        inject(dexcom_share, wearer, (0, 120))

        found = signed_in(wearer).get_latest_glucose_reading()

        assert found is not None
        assert found.json == {
            "WT": f"Date({NOW_MS})",
            "ST": f"Date({NOW_MS})",
            "DT": f"Date({NOW_MS}-0300)",
            "Value": 120,
            "Trend": "NotComputable",
        }

    def test_items_can_be_written_as_before(self, dexcom_share: DexcomShareProcess) -> None:
        dexcom_share.create_account("old", PASSWORD, format="numbers", timezone="Asia/Kolkata")
        inject(dexcom_share, "old", (5, 120), (0, 119))

        newest, older = read(dexcom_share, str(signed_in("old")._session_id)).json()

        assert (newest["WT"], newest["DT"]) == (f"/Date({NOW_MS})/", f"/Date({NOW_MS}+0530)/")
        assert (newest["Trend"], older["Trend"]) == (4, 8)

    def test_beyond_the_sensors_range_there_are_only_hi_and_lo(
        self, dexcom_share: DexcomShareProcess, wearer: str
    ) -> None:
        inject(dexcom_share, wearer, (15, 39), (10, 40), (5, 400), (0, 423))

        assert [one.value for one in signed_in(wearer).get_glucose_readings()] == [401, 400, 40, 39]

    def test_it_keeps_to_the_minutes_and_the_count_that_are_asked_for(
        self, dexcom_share: DexcomShareProcess, wearer: str
    ) -> None:
        inject(dexcom_share, wearer, (1445, 100), (20, 101), (10, 102), (5, 103), (0, 104))
        client = signed_in(wearer)

        assert [one.value for one in client.get_glucose_readings()] == [104, 103, 102, 101]
        assert [one.value for one in client.get_glucose_readings(minutes=10)] == [104, 103, 102]
        assert [one.value for one in client.get_glucose_readings(max_count=2)] == [104, 103]

    @pytest.mark.parametrize(("minutes", "count"), [(1441, 288), (0, 288), (1440, 289), (1440, 0), ("x", 1)])
    def test_it_refuses_to_tell_more_than_a_day(
        self, dexcom_share: DexcomShareProcess, wearer: str, minutes: Any, count: Any
    ) -> None:
        answer = read(dexcom_share, str(signed_in(wearer)._session_id), minutes, count)

        assert (answer.status_code, answer.json()["Code"]) == (500, "InvalidArgument")

    def test_a_reading_appears_when_the_phone_is_back(self, dexcom_share: DexcomShareProcess, wearer: str) -> None:
        dexcom_share.inject(wearer, [(NOW_MS - MINUTE_MS, 99)], visible_after="2025-06-15T12:30:00Z")
        client = signed_in(wearer)
        before = client.get_glucose_readings()

        dexcom_share.set_clock(now="2025-06-15T12:30:00Z")

        assert before == []
        assert [one.value for one in client.get_glucose_readings()] == [99]
        assert dexcom_share.truth(wearer, "2025-06-15T11:00:00Z", NOW) == {NOW_MS - MINUTE_MS: 99}


class TestSigningIn:
    @pytest.mark.parametrize("password", ["wrong", PASSWORD + " "])
    def test_a_wrong_password_is_a_500_with_a_code(
        self, dexcom_share: DexcomShareProcess, wearer: str, password: str
    ) -> None:
        answer = authenticate(dexcom_share, accountName=wearer, password=password)

        assert (answer.status_code, answer.json()["Code"]) == (500, "AccountPasswordInvalid")
        with pytest.raises(AccountError):
            Dexcom(username=wearer, password=password)

    def test_another_regions_host_knows_nobody(self, dexcom_share: DexcomShareProcess, wearer: str) -> None:
        answer = authenticate(dexcom_share, "ous", accountName=wearer, password=PASSWORD)

        assert answer.json()["Code"] == "AccountPasswordInvalid"

    @pytest.mark.parametrize("missing", ["accountName", "password"])
    def test_without_a_name_or_password_the_argument_is_invalid(
        self, dexcom_share: DexcomShareProcess, wearer: str, missing: str
    ) -> None:
        told = {"accountName": wearer, "password": PASSWORD, missing: ""}

        answer = authenticate(dexcom_share, **told)

        assert answer.json()["Code"] == "InvalidArgument"
        assert missing in answer.json()["Message"]

    def test_an_unknown_session_an_expired_one_and_the_empty_one_differ(
        self, dexcom_share: DexcomShareProcess, wearer: str
    ) -> None:
        session_id = str(signed_in(wearer)._session_id)
        unknown = read(dexcom_share, wearer)
        dexcom_share.set_clock(now="2025-06-16T12:00:01Z")
        expired = read(dexcom_share, session_id)

        assert (unknown.status_code, unknown.json()["Code"]) == (500, "SessionIdNotFound")
        assert (expired.status_code, expired.json()["Code"]) == (500, "SessionNotValid")
        assert (read(dexcom_share, NULL_ID).status_code, read(dexcom_share, NULL_ID).content) == (200, b"")

    def test_pydexcom_logs_in_again_when_its_session_has_expired(
        self, dexcom_share: DexcomShareProcess, wearer: str
    ) -> None:
        client = signed_in(wearer)
        dexcom_share.set_clock(now="2025-06-16T12:00:01Z")

        assert client.get_glucose_readings() == []

    def test_what_is_no_call_of_the_vendor_is_not_found(self, dexcom_share: DexcomShareProcess) -> None:
        assert post(dexcom_share, "Publisher/Other").status_code == 404
        assert requests.get(address(dexcom_share) + READ, timeout=10).status_code == 404


class TestFaults:
    @pytest.mark.parametrize("code", ["SSO_AuthenticatePasswordInvalid", "SSO_AuthenticateAccountNotFound"])
    def test_good_credentials_can_be_refused_in_the_vendors_ways(
        self, dexcom_share: DexcomShareProcess, wearer: str, code: str
    ) -> None:
        dexcom_share.fault("bad_credentials", code=code)

        assert authenticate(dexcom_share, accountName=wearer, password=PASSWORD).json()["Code"] == code

    def test_the_empty_session_comes_with_status_200(self, dexcom_share: DexcomShareProcess, wearer: str) -> None:
        dexcom_share.fault("bad_credentials", code="null_session")

        answer = authenticate(dexcom_share, accountName=wearer, password=PASSWORD)

        assert (answer.status_code, answer.json()) == (200, NULL_ID)

    def test_too_many_attempts_have_the_vendors_spelling(self, dexcom_share: DexcomShareProcess, wearer: str) -> None:
        dexcom_share.fault("max_attempts")

        answer = authenticate(dexcom_share, accountName=wearer, password=PASSWORD)

        assert answer.json()["Code"] == "SSO_AuthenticateMaxAttemptsExceeed"

    def test_a_session_can_be_refused_as_often_as_said(self, dexcom_share: DexcomShareProcess, wearer: str) -> None:
        client = signed_in(wearer)
        dexcom_share.fault("session_expired", account=wearer, times=2)

        with pytest.raises(SessionError):
            client.get_glucose_readings()
        assert client.get_glucose_readings() == []

    def test_a_fault_of_one_account_is_nobody_elses(self, dexcom_share: DexcomShareProcess, wearer: str) -> None:
        dexcom_share.create_account("another", PASSWORD)
        dexcom_share.fault("bad_credentials", account="another")

        assert signed_in(wearer).account_id
        with pytest.raises(AccountError, match=AccountErrorEnum.FAILED_AUTHENTICATION.value):
            signed_in("another")

    def test_pages_and_broken_answers_come_with_their_status(
        self, dexcom_share: DexcomShareProcess, wearer: str
    ) -> None:
        dexcom_share.fault("http_5xx", times=1, status=502)
        down = authenticate(dexcom_share, accountName=wearer, password=PASSWORD)
        dexcom_share.fault("html_200", times=1)
        page = authenticate(dexcom_share, accountName=wearer, password=PASSWORD)
        dexcom_share.fault("truncated_json", times=1)
        cut = authenticate(dexcom_share, accountName=wearer, password=PASSWORD)

        assert (down.status_code, page.status_code, cut.status_code) == (502, 200, 200)
        assert page.headers["content-type"] == "text/html"
        for answer in (page, cut):
            with pytest.raises(requests.JSONDecodeError):
                answer.json()

    def test_too_many_calls_are_told_when_to_come_again(self, dexcom_share: DexcomShareProcess, wearer: str) -> None:
        dexcom_share.fault("rate_limited", seconds=30)

        answer = authenticate(dexcom_share, accountName=wearer, password=PASSWORD)

        assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")

    def test_a_hanging_answer_never_comes_and_a_slow_one_does(
        self, dexcom_share: DexcomShareProcess, wearer: str
    ) -> None:
        dexcom_share.fault("hang", times=1, seconds=0.2)
        with pytest.raises(requests.ConnectionError):
            authenticate(dexcom_share, accountName=wearer, password=PASSWORD)
        dexcom_share.fault("slow", times=1, seconds=0.2)

        answer = authenticate(dexcom_share, accountName=wearer, password=PASSWORD)

        assert len(answer.json()) == len(NULL_ID)

    def test_readings_can_be_none_ahead_repeated_or_of_a_traveller(
        self, dexcom_share: DexcomShareProcess, wearer: str
    ) -> None:
        inject(dexcom_share, wearer, (5, 100), (0, 101))
        session_id = str(signed_in(wearer)._session_id)
        faults: list[dict[str, Any]] = [
            {"kind": "empty"},
            {"kind": "future_time", "ahead_seconds": 3600},
            {"kind": "repeated_time"},
            {"kind": "travel", "offset_minutes": 330},
        ]
        answers = []
        for fault in faults:
            dexcom_share.fault(**fault, times=1)
            answers.append(read(dexcom_share, session_id).json())
        empty, ahead, repeated, travelled = answers

        assert empty == []
        assert ahead[0]["DT"] == f"Date({NOW_MS + 60 * MINUTE_MS}-0300)"
        assert [(one["WT"], one["Value"]) for one in repeated[:2]] == [(f"Date({NOW_MS})", v) for v in (101, 111)]
        assert [one["DT"][-6:] for one in travelled] == ["+0530)", "-0300)"]
