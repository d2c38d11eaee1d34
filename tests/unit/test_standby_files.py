"""What stands beside docker-compose.yml for PgBouncer and sentinels. There is no Docker here: the files are read."""

import configparser
import json
import re
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

from accounts import session_reset

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker/compose.pgbouncer.yml").read_text())
INI = configparser.ConfigParser(interpolation=None)
INI.read(ROOT / "docker/pgbouncer/pgbouncer.ini")


class TestTheComposeFileOfPgBouncer:
    def test_follows_the_compose_specification(self) -> None:
        schema = json.loads((ROOT / "tests/unit/data/compose-spec.json").read_text())

        assert [error.message for error in Draft202012Validator(schema).iter_errors(COMPOSE)] == []

    def test_sends_web_and_live_through_it_and_nobody_else(self) -> None:
        through = {
            name for name, one in COMPOSE["services"].items() if "DATABASE_URL_FILE" in one.get("environment", {})
        }

        assert through == {"web", "live"}
        assert all(COMPOSE["services"][name]["environment"]["DATABASE_BEHIND_PGBOUNCER"] == "true" for name in through)

    def test_hardens_it_and_opens_no_port(self) -> None:
        pooler = COMPOSE["services"]["pgbouncer"]

        assert (pooler["cap_drop"], pooler["read_only"], pooler["networks"]) == (["ALL"], True, ["back"])
        assert pooler["user"] == "65534:65534"
        assert "ports" not in pooler


class TestPgBouncer:
    def test_gives_a_session_for_a_transaction_and_cleans_it_after_each(self) -> None:
        pooler = INI["pgbouncer"]

        assert pooler["pool_mode"] == "transaction"
        assert pooler["server_reset_query_always"] == "1"

    def test_forgets_all_that_our_own_pool_does(self) -> None:
        ours = set(re.findall(r"CLOSE ALL|UNLISTEN \*|RESET ALL|pg_advisory_unlock_all", session_reset.FORGET))

        assert len(ours) == 4
        assert all(one in INI["pgbouncer"]["server_reset_query"] for one in ours)
        # What resets the user of the session resets the role too.
        assert "RESET SESSION AUTHORIZATION" in INI["pgbouncer"]["server_reset_query"]


def test_the_sentinels_watch_one_service_and_two_of_three_decide() -> None:
    conf = (ROOT / "docker/sentinel/sentinel.conf").read_text()

    assert re.findall(r"^sentinel monitor (\w+) ADDRESS (\d)$", conf, re.MULTILINE) == [("queue", "2")]
