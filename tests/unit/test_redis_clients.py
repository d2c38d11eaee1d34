"""Redis by its URL: one server, or the master that sentinels name."""

import ast
from pathlib import Path

import pytest
from redis.sentinel import SentinelConnectionPool

from api.redis_clients import Sentinels, WrongRedisUrl, async_client, client, sentinels_of
from project.checks import _redis_passwords

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "q8Zt-R2mXw_4Ls9"
WHOLE = f"redis+sentinel://saude:{PASSWORD}@one:26379,two:26380,three/queue/2?sentinel_password=of%20them"


class TestAUrl:
    def test_of_one_server_names_no_sentinels(self) -> None:
        assert sentinels_of("redis://:secret@redis:6379/0") is None

    def test_of_sentinels_says_all_of_them(self) -> None:
        addresses = (("one", 26379), ("two", 26380), ("three", 26379))

        assert sentinels_of(WHOLE) == Sentinels(addresses, "queue", 2, "saude", PASSWORD, "of them")

    def test_of_sentinels_needs_no_password_and_no_database(self) -> None:
        assert sentinels_of("redis+sentinel://one/queue") == Sentinels((("one", 26379),), "queue", 0, None, None, None)

    @pytest.mark.parametrize("rest", ["", "one", "one:26379/", "one:x/queue", "one,,two/queue", "one/queue/first"])
    def test_of_sentinels_that_leaves_something_out_is_refused(self, rest: str) -> None:
        with pytest.raises(WrongRedisUrl):
            sentinels_of(f"redis+sentinel://{rest}")


class TestAClient:
    def test_behind_sentinels_asks_them_for_the_master_of_the_service(self) -> None:
        pool = client(WHOLE, socket_timeout=0.25).connection_pool

        assert isinstance(pool, SentinelConnectionPool)
        assert (pool.service_name, pool.is_master) == ("queue", True)
        assert {name: pool.connection_kwargs[name] for name in ("db", "password", "socket_timeout")} == {
            "db": 2,
            "password": PASSWORD,
            "socket_timeout": 0.25,
        }

    def test_for_an_event_loop_does_so_too(self) -> None:
        assert async_client(WHOLE).connection_pool.service_name == "queue"  # type: ignore[attr-defined]


def test_no_other_module_of_the_product_makes_a_client() -> None:
    product = [folder for folder in ROOT.glob("*/__init__.py") if folder.parent.name not in ("tests", "embedded")]
    makers = set()
    for path in (file for folder in product for file in folder.parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("from_url", "master_for"):
                makers.add(path.relative_to(ROOT).as_posix())

    assert makers == {"api/redis_clients.py"}


class TestPasswordsOfRedis:
    def test_behind_sentinels_are_looked_at(self) -> None:
        assert _redis_passwords("redis+sentinel://:weak@one,two/queue") == [
            (
                "The password of REDIS_URL",
                "is weak: fewer than 12 characters, or always the same ones",
            )
        ]
        assert _redis_passwords(WHOLE) == [("The password of REDIS_URL", None)]

    def test_of_a_url_that_cannot_be_understood_say_so(self) -> None:
        (told,) = _redis_passwords("redis+sentinel://one")

        assert told[1] is not None
        assert told[1].startswith("cannot be understood")
