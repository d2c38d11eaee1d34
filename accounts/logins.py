"""Failed logins: how many are let through, and how nobody locks an account's owner out from elsewhere."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from api.addresses import client_address
from api.counters import PREFIX, Standing, counters
from api.errors import TooManyRequests
from api.throttles import failed_logins, note

log = logging.getLogger(__name__)

DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class Try:
    """A login that counts as failed until it is forgiven."""

    id: str
    pair: str
    address: str
    account: str
    known: str


def begin(request: HttpRequest, username: str, now: datetime) -> Try:
    """Count a try before the password is looked at; TooManyRequests, or RedisError where nothing can be counted.

    Whether the user exists makes no difference, and neither name nor address can be read in Redis.
    """
    account, address = _hidden("account", username.casefold()), _hidden("address", client_address(request))
    new = Try(
        id=uuid4().hex,
        pair=f"login:{account}:{address}",
        address=f"login:address:{address}",
        account=f"login:account:{account}",
        known=f"login:known:{account}:{address}",
    )
    policy = failed_logins()
    wait, left, more_after_seconds = counters().run(
        "begin_login",
        [new.pair, new.address, new.account, new.known],
        [
            int(now.timestamp() * 1000),
            new.id,
            *(policy.quota, policy.seconds),
            *(settings.LOGIN_FAILURES_PER_ADDRESS, policy.seconds),
            *(settings.LOGIN_FAILURES_PER_ACCOUNT_A_DAY, DAY_SECONDS),
        ],
    )
    if policy.quota:
        note(request, Standing(policy, left, max(more_after_seconds, wait)))
    if wait:
        raise TooManyRequests("Too many failed logins.", wait)
    return new


def forgive(request: HttpRequest, tried: Try, *, signed_in: bool) -> None:
    """Take the try back; where it ``signed_in``, remember that the account signs in from this address."""
    try:
        with counters().client.pipeline() as pipeline:
            for key in (tried.pair, tried.address, tried.account):
                pipeline.zrem(PREFIX + key, tried.id)
            if signed_in:
                pipeline.set(PREFIX + tried.known, 1, ex=timedelta(days=settings.LOGIN_ADDRESS_KNOWN_DAYS))
            pipeline.execute()
    except RedisError as error:
        log.error("a login that did not fail stays counted as failed: %s", error)
        return
    standing: Standing | None = getattr(request, "rate_limit", None)
    if standing is not None:
        note(request, Standing(standing.policy, standing.left + 1, standing.more_after_seconds))


def _hidden(kind: str, value: str) -> str:
    return salted_hmac(f"saude.logins.{kind}", value, algorithm="sha256").hexdigest()[:32]
