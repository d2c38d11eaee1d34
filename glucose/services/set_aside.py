"""Keeping what vendors sent that could not become a reading, so that somebody can see what it was."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import orjson
from django.db.models import F

from api.conditional import digest
from glucose.models import SetAside, SourceAccount
from glucose.sources.port import Unusable

# The newest of an account; a vendor that sends nothing else must not fill the database.
KEPT: Final = 200
MOST_BYTES: Final = 4_000


def set_aside(account: SourceAccount, items: Sequence[Unusable], now: datetime) -> None:
    """Keep each content once for each account, with how often and when it came."""
    if not items:
        return
    texts = [(item.reason, _text(item)) for item in items]
    by_digest = {digest(*text): text for text in texts}
    times = Counter(digest(*text) for text in texts)
    known = SetAside.objects.filter(account=account, digest__in=list(by_digest))
    for key in list(known.values_list("digest", flat=True)):
        known.filter(digest=key).update(times=F("times") + times.pop(key), last_seen_at=now)
    SetAside.objects.bulk_create(
        [
            SetAside(
                account=account,
                digest=key,
                reason=by_digest[key][0],
                content=by_digest[key][1],
                times=count,
                first_seen_at=now,
                last_seen_at=now,
            )
            for key, count in times.items()
        ]
    )
    _forget_oldest(account)


def _text(item: Unusable) -> str:
    """The content as JSON, cut where it is too long to be of use."""
    return orjson.dumps(item.content, default=str).decode()[:MOST_BYTES]


def _forget_oldest(account: SourceAccount) -> None:
    kept = SetAside.objects.filter(account=account).order_by("-last_seen_at", "-id").values_list("id", flat=True)
    beyond = list(kept[KEPT:])
    if beyond:
        SetAside.objects.filter(id__in=beyond).delete()
