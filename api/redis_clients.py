"""Redis by its URL: one server, or the master that sentinels name. Every client of the product is made here.

Sentinels: ``redis+sentinel://[user:password@]host:port,host:port,host:port/service[/database]``; what the sentinels
themselves want is ``?sentinel_password=``.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import redis
import redis.asyncio
import redis.asyncio.sentinel
import redis.sentinel

SCHEME: Final = "redis+sentinel"
PORT: Final = 26379
# A sentinel that says nothing for so long is passed over for the next one.
ASK_SECONDS: Final = 0.5


class WrongRedisUrl(ValueError):
    """The URL names no sentinels, or no service that they watch."""


@dataclass(frozen=True, slots=True)
class Sentinels:
    """Whom to ask for the master of which service, and what the master wants."""

    addresses: tuple[tuple[str, int], ...]
    service: str
    database: int
    username: str | None
    password: str | None
    own_password: str | None


def client(url: str, **options: Any) -> redis.Redis:
    """A client of the server, or of whichever is the master when it connects."""
    found = sentinels_of(url)
    if found is None:
        return redis.Redis.from_url(url, **options)
    asked = _sentinel(found)
    master: redis.Redis = asked.master_for(found.service, **_options(found), **options)  # type: ignore[no-untyped-call]
    return master


def async_client(url: str, **options: Any) -> redis.asyncio.Redis:
    """The same for an event loop."""
    found = sentinels_of(url)
    if found is None:
        return redis.asyncio.Redis.from_url(url, **options)
    asked = redis.asyncio.sentinel.Sentinel(found.addresses, sentinel_kwargs=_own_options(found))  # type: ignore[no-untyped-call]
    master: redis.asyncio.Redis = asked.master_for(found.service, **_options(found), **options)
    return master


def sentinels_of(url: str) -> Sentinels | None:
    """What the URL says of sentinels; None where it names one server, WrongRedisUrl where it cannot be understood."""
    parts = urlsplit(url)
    if parts.scheme != SCHEME:
        return None
    signed, _, hosts = parts.netloc.rpartition("@")
    user, _, password = signed.partition(":")
    service, _, database = parts.path.strip("/").partition("/")
    if not hosts or not service or not (database or "0").isdecimal():
        raise WrongRedisUrl(f"{SCHEME}:// wants host:port,host:port/service")
    own = parse_qs(parts.query).get("sentinel_password")
    return Sentinels(
        tuple(map(_address, hosts.split(","))),
        unquote(service),
        int(database or 0),
        unquote(user) or None,
        unquote(password) or None,
        own[0] if own else None,
    )


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.strip().partition(":")
    if not host or not (port or "1").isdecimal():
        raise WrongRedisUrl(f"{text!r} is no host:port of a sentinel")
    return host, int(port or PORT)


@cache
def _sentinel(found: Sentinels) -> redis.sentinel.Sentinel:
    """One for the process: it remembers which sentinel answered last."""
    return redis.sentinel.Sentinel(found.addresses, sentinel_kwargs=_own_options(found))  # type: ignore[no-untyped-call]


def _options(found: Sentinels) -> dict[str, Any]:
    return {"db": found.database, "username": found.username, "password": found.password}


def _own_options(found: Sentinels) -> dict[str, Any]:
    return {"socket_timeout": ASK_SECONDS, "socket_connect_timeout": ASK_SECONDS, "password": found.own_password}
