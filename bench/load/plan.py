"""What the load generator is told, and what it tells: JSON between two processes, one of which has no Django."""

from dataclasses import dataclass, field

# What it prints when a step's requests begin to count, and when they no longer do.
MEASURING = "measuring"
MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in, and the patients whom they see; some of these have a long history."""

    token: str
    user: str
    patients: list[str]
    long_histories: list[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """A step: requests a second, and among whom and what they are. ``windows`` and ``dates`` are queries."""

    url: str
    rate: int
    warm_up_seconds: float
    seconds: float
    clinicians: list[Person]
    client: Person
    uploading: list[str]
    windows: dict[str, str]
    dates: str
    data_since: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A request that was answered: milliseconds from when it was due to the last byte, and those in SQL."""

    name: str
    milliseconds: float
    database_milliseconds: float
    error: str | None


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of a step's requests, without those of the warm-up."""

    due: int
    answered: list[Answer] = field(default_factory=list)
