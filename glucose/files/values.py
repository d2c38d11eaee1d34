"""Numbers, edges, units and names as files write them. Pure."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from glucose.files.port import Edge
from glucose.files.refusals import Unreadable
from glucose.treatments import MOST, MOST_BASAL_AN_HOUR, TreatmentKind, kept
from patients.units import GlucoseUnit, to_mg_dl

# Decimal comma or point, and nothing that groups thousands: 1,234 is never more than 1.234.
_NUMBER: Final = re.compile(r"\d{1,6}(?:[.,]\d{1,12})?", re.ASCII)
PLAUSIBLE_MG_DL: Final = (20, 600)
_MOST: Final = MOST | {TreatmentKind.BASAL: 24 * MOST_BASAL_AN_HOUR}
# What vendors write for a value beyond the sensor's range, in the languages of their exports.
_LOW: Final = frozenset(
    {"low", "lo", "niedrig", "bas", "basse", "faible", "bajo", "baja", "nivel bajo", "baixo", "baixa", "basso", "bassa"}
)
_HIGH: Final = frozenset(
    {"high", "hi", "hoch", "haut", "haute", "eleve", "elevee", "alto", "alta", "nivel alto", "elevado", "elevato"}
)
MOST_OF_A_NAME: Final = 64
_MOST_OF_WORDS: Final = 200
_NOT_OF_A_NAME: Final = re.compile(r"[^\w .:/()#+-]+")


def number(text: str) -> float:
    """A plain number that is not negative; Unreadable("glucose") for anything else."""
    if _NUMBER.fullmatch(text) is None:
        raise Unreadable("glucose")
    return float(text.replace(",", "."))


def mg_dl(value: float, unit: str) -> int:
    """The value in whole mg/dL; Unreadable outside of what is plausible, which NaN is too."""
    told = round(to_mg_dl(value, unit)) if 0 < value < 100_000 else 0
    if not PLAUSIBLE_MG_DL[0] <= told <= PLAUSIBLE_MG_DL[1]:
        raise Unreadable("glucose_range")
    return told


def glucose(text: str, unit: str, sensor: tuple[int, int]) -> tuple[int, Edge]:
    """A cell as mg/dL with its edge; a word for beyond the range is that end of what the sensor tells."""
    if text[:1].isdigit():
        return mg_dl(number(text), unit), ""
    word = plain(text)
    if word in _LOW:
        return sensor[0], "low"
    if word in _HIGH:
        return sensor[1], "high"
    raise Unreadable("glucose")


def amount(told: Any, kind: TreatmentKind) -> Decimal | None:
    """How much was given or eaten, a text or a number, None for nothing at all."""
    if isinstance(told, str):
        if _NUMBER.fullmatch(told) is None:
            raise Unreadable("amount")
        told = told.replace(",", ".")
    elif isinstance(told, bool) or not isinstance(told, (int, float)) or not 0 <= told < 1_000_000:
        raise Unreadable("amount")
    exact = kept(Decimal(str(told)))
    if exact > _MOST[kind]:
        raise Unreadable("amount_range")
    return exact.normalize() + 0 if exact else None


def plain(text: str) -> str:
    """The words of a header or a cell without accents, case and what is neither letter nor digit."""
    return _plain(text[:_MOST_OF_WORDS])


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter if letter.isalnum() else " " for letter in bare if not unicodedata.combining(letter))
    return " ".join(letters.split())


def unit_of(header: str) -> str:
    """The unit that a header names, "" for none."""
    words = plain(header)
    if "mmol l" in words:
        return GlucoseUnit.MMOL_L
    return GlucoseUnit.MG_DL if "mg dl" in words else ""


def name(told: Any) -> str:
    """The name or serial of a device: letters, digits and a few signs, and never the beginning of a formula."""
    return _name(told[:MOST_OF_A_NAME]) if isinstance(told, str) else ""


@lru_cache(maxsize=4096)
def _name(told: str) -> str:
    return _NOT_OF_A_NAME.sub(" ", told).lstrip("+-=@ ").strip()
