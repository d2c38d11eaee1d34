"""Who takes part in the demo: two clinics, a user of every role in each, and people of every category."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal
from uuid import NAMESPACE_URL, uuid5

from client.saude_ia import LinkRequest

ROLES: Final = ("admin", "clinician", "researcher", "service", "patient")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a sensor whom a clinic follows."""

    first_name: str
    last_name: str
    timezone: str
    trace: dict[str, Any]
    more: LinkRequest = field(default_factory=LinkRequest)
    cadence_minutes: Literal[1, 5, 15] = 5
    assigned: bool = True

    @property
    def vendor_id(self) -> str:
        """The same at every start."""
        return str(uuid5(NAMESPACE_URL, f"https://saude-ia.example/{self.first_name}/{self.last_name}"))


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic with its account at the vendor; ``waiting`` are people whom nobody linked yet."""

    key: str
    name: str
    region: str
    people: tuple[Person, ...]
    waiting: tuple[Person, ...]

    @property
    def email(self) -> str:
        """The follower account."""
        return f"follower@{self.key}.example"

    def username(self, role: str) -> str:
        """The user name of the clinic's member with that role."""
        return f"{role}@{self.key}.example"


def _generated(profile: str, seed: int) -> dict[str, Any]:
    return {"kind": "generator", "profile": profile, "seed": seed}


def _replayed(subject: str) -> dict[str, Any]:
    return {"kind": "replay", "subject": subject}


TYPE_1: Final[LinkRequest] = {"diabetes_type": "type1"}
TYPE_2: Final[LinkRequest] = {"diabetes_type": "type2"}
SAO_PAULO: Final = "America/Sao_Paulo"

CLINICS: Final = (
    Clinic(
        "norte",
        "Clínica Norte",
        "la",
        people=(
            Person("Ana", "Souza", SAO_PAULO, _generated("meeting_targets", 1), TYPE_1),
            Person("Bruno", "Lima", SAO_PAULO, _generated("very_low", 2), TYPE_1),
            Person("Carla", "Dias", "America/Manaus", _generated("tir_drop", 3), TYPE_1),
            Person("Diego", "Alves", SAO_PAULO, _generated("extreme_high", 4), TYPE_1 | {"sex": "male"}),
            Person(
                "Elisa",
                "Rocha",
                SAO_PAULO,
                _generated("low_use", 5),
                TYPE_2 | {"target_set": "older_high_risk"},
            ),
            Person("Fabio", "Melo", SAO_PAULO, _replayed("1636-69-001"), TYPE_2, assigned=False),
            # Silent for more than two weeks: the category that has no data.
            Person("Paula", "Reis", SAO_PAULO, _generated("no_data", 21), TYPE_1),
            Person("Gilda", "Nunes", "America/Noronha", _replayed("2133-018"), TYPE_2, assigned=False),
        ),
        waiting=(Person("Hugo", "Prado", SAO_PAULO, _generated("any_low", 8)),),
    ),
    Clinic(
        "south",
        "South Clinic",
        "eu2",
        people=(
            Person("Ida", "Berg", "Europe/Berlin", _generated("any_low", 11), TYPE_1 | {"unit": "mmol/L"}),
            Person("Jon", "Clark", "Europe/London", _generated("any_high", 12), TYPE_1 | {"unit": "mmol/L"}),
            Person("Kiran", "Thapa", "Asia/Kathmandu", _generated("low_time_in_range", 13), TYPE_2),
            Person(
                "Lena",
                "Wolf",
                "Europe/Berlin",
                _generated("meeting_targets", 14),
                TYPE_1 | {"target_set": "pregnancy_t1"},
            ),
            Person("Marco", "Rossi", "Europe/Rome", _generated("very_high", 15), TYPE_1, assigned=False),
            Person("Nora", "Hill", "Australia/Adelaide", _replayed("2133-021"), TYPE_2, assigned=False),
        ),
        waiting=(Person("Otto", "Kern", "Europe/Berlin", _replayed("2133-024")),),
    ),
)
