"""Requests and answers, apart from how they travel."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Any

from simulator.fields import InvalidError


@dataclass(frozen=True)
class Request:
    """One request; header names in lower case, the path without region and query."""

    method: str
    path: str
    full_path: str
    region: str | None
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:
        """The body as JSON; raises ``InvalidError``."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise InvalidError("the body is not JSON") from error

    @property
    def bearer(self) -> str | None:
        """The token of the authorization header."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() or None if scheme.lower() == "bearer" else None


class Delivery(Enum):
    """How much of an answer is sent before the connection ends, if it does."""

    WHOLE = "whole"
    BROKEN_OFF = "broken off"
    NONE = "none"


@dataclass(frozen=True)
class Answer:
    """What is sent back: a JSON body, or bytes as they are; ``faults`` are the kinds that made it so."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    delivery: Delivery = Delivery.WHOLE
    faults: tuple[str, ...] = ()

    def hit_by(self, fault: str) -> "Answer":
        """The answer with one more fault noted."""
        return replace(self, faults=tuple(dict.fromkeys((*self.faults, fault))))

    def json_copy(self) -> Any:
        """The body, sharing nothing with this answer or within itself."""
        return json.loads(self.content())

    def content(self) -> bytes:
        """The body's bytes."""
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, separators=(",", ":")).encode()


Respond = Callable[[Request], Answer]
