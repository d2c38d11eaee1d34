"""Second factors under an older key: their secrets stand inside of django-allauth's JSON, in no column of their own."""

from collections.abc import Callable, Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.db import transaction

from accounts import sealing
from accounts.second_factor import PLACE


def under_another_key() -> int:
    """How many second factors hold something that is not under the first key."""
    return sum(map(_is_old, Authenticator.objects.values_list("data", flat=True).iterator()))


def rotate() -> int:
    """Seal their secrets again; how many no key of ours opens. A row at a time, so it can be killed and run again."""
    refused = 0
    for key in list(Authenticator.objects.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=key).first()
            if row is None or not _is_old(row.data):
                continue
            try:
                row.data = _changed(row.data, _again)
            except InvalidToken:
                refused += 1
            else:
                row.save(update_fields=["data"])
    return refused


def _is_old(data: Any) -> bool:
    first = f"{sealing.first_key_id()}:"
    return any(not text.startswith(first) for text in _sealed_texts(data))


def _sealed_texts(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for one in data:
            yield from _sealed_texts(one)
    elif isinstance(data, str) and sealing.is_sealed(data):
        yield data


def _changed(data: Any, change: Callable[[str], str]) -> Any:
    if isinstance(data, dict):
        return {name: _changed(one, change) for name, one in data.items()}
    if isinstance(data, list):
        return [_changed(one, change) for one in data]
    return change(data) if isinstance(data, str) and sealing.is_sealed(data) else data


def _again(text: str) -> str:
    return sealing.seal(PLACE, sealing.unseal(PLACE, text))
