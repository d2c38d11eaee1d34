"""Reading the fields of a JSON body, with an error that names the field."""

from collections.abc import Mapping
from typing import Any

from simulator.instants import NotAnInstantError, parse_ms


class InvalidError(ValueError):
    """A body or a parameter is not what it should be."""


class Fields:
    """The fields of one JSON object."""

    def __init__(self, body: object) -> None:
        if not isinstance(body, Mapping):
            raise InvalidError("expected a JSON object")
        self._body: Mapping[str, Any] = body

    def raw(self, name: str) -> Any:
        """The field as it was sent; None when absent."""
        return self._body.get(name)

    def has(self, name: str) -> bool:
        """Whether the field was sent, be it null."""
        return name in self._body

    def names(self) -> list[str]:
        """The fields that were sent."""
        return list(self._body)

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not empty."""
        value = self._body.get(name, default)
        if not isinstance(value, str) or not value.strip() or not _is_unicode(value):
            raise InvalidError(f"{name}: expected a text")
        return value

    def choice(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """One of the given texts."""
        value = self._body.get(name, default)
        if value not in choices:
            raise InvalidError(f"{name}: expected one of {', '.join(choices)}")
        return str(value)

    def number(self, name: str, *, low: float, high: float, default: float | None = None) -> float:
        """A number between the two, both included."""
        value = self._body.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise InvalidError(f"{name}: expected a number from {low:g} to {high:g}")
        return value

    def integer(self, name: str, *, low: int, high: int, default: int | None = None) -> int:
        """A whole number between the two, both included."""
        value = self.number(name, low=low, high=high, default=default)
        if value != int(value):
            raise InvalidError(f"{name}: expected a whole number")
        return int(value)

    def instant(self, name: str) -> int:
        """An instant in epoch milliseconds."""
        try:
            return parse_ms(self._body.get(name))
        except NotAnInstantError as error:
            raise InvalidError(f"{name}: {error}") from error

    def optional_instant(self, name: str) -> int | None:
        """An instant in epoch milliseconds, or None when absent or null."""
        return None if self._body.get(name) is None else self.instant(name)


def _is_unicode(text: str) -> bool:
    """JSON can spell half a surrogate pair, which nothing can encode."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
