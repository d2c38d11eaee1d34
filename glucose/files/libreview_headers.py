"""The columns of LibreView's export, by the headers of six languages and by the layout that they share. Pure."""

from collections.abc import Sequence
from typing import Final

from glucose.files.values import plain, unit_of

TIME, RECORD_TYPE, HISTORIC, SCAN = "time", "record_type", "historic", "scan"
DEVICE, SERIAL = "device", "serial"
RAPID, RAPID_FLAG, LONG, LONG_FLAG = "rapid", "rapid_flag", "long", "long_flag"
GRAMS, SERVINGS, FOOD_FLAG = "grams", "servings", "food_flag"
MEAL, CORRECTION, CHANGE, STRIP = "meal", "correction", "change", "strip"

# Every language has these columns at these places; what is beside them is not read.
LAYOUT: Final = {
    DEVICE: 0,
    SERIAL: 1,
    TIME: 2,
    RECORD_TYPE: 3,
    HISTORIC: 4,
    SCAN: 5,
    RAPID_FLAG: 6,
    RAPID: 7,
    FOOD_FLAG: 8,
    GRAMS: 9,
    SERVINGS: 10,
    LONG_FLAG: 11,
    LONG: 12,
    STRIP: 14,
    MEAL: 16,
    CORRECTION: 17,
    CHANGE: 18,
}
COLUMNS: Final = 19
# English, German, French, Spanish, Portuguese, Italian, with what the translations were at different times. Without
# accents, case, signs and units.
WORDS: Final = {
    DEVICE: ("device", "gerat", "appareil", "dispositivo"),
    SERIAL: (
        "serial number",
        "seriennummer",
        "numero de serie",
        "numero de serial",
        "numero di serie",
        "numero di serie del dispositivo",
    ),
    TIME: (
        "device timestamp",
        "geratezeitstempel",
        "horodatage de l appareil",
        "sello de tiempo del dispositivo",
        "marca de hora del dispositivo",
        "marca de tiempo del dispositivo",
        "carimbo de data hora do dispositivo",
        "data e hora do dispositivo",
        "timestamp del dispositivo",
        "data e ora del dispositivo",
    ),
    RECORD_TYPE: (
        "record type",
        "aufzeichnungstyp",
        "type d enregistrement",
        "tipo de registro",
        "tipo de registo",
        "tipo di registrazione",
        "tipo di record",
    ),
    HISTORIC: (
        "historic glucose",
        "glukosewert verlauf",
        "historique de la glycemie",
        "historial de glucosa",
        "historico de glicose",
        "historico de glucose",
        "storico del glucosio",
    ),
    SCAN: (
        "scan glucose",
        "glukose scan",
        "numerisation de la glycemie",
        "scan de glycemie",
        "scan de la glycemie",
        "escaneo de glucosa",
        "escanear glucosa",
        "analisar glicose",
        "leitura de glicose",
        "digitalizar glicose",
        "scansione del glucosio",
        "scansione glucosio",
    ),
    RAPID: (
        "rapid acting insulin",
        "schnellwirkendes insulin",
        "insuline a action rapide",
        "insulina de accion rapida",
        "insulina de acao rapida",
        "insulina ad azione rapida",
    ),
    LONG: (
        "long acting insulin",
        "long acting insulin value",
        "depotinsulin",
        "insuline a action longue",
        "insuline a action lente",
        "insulina de accion larga",
        "insulina de accion lenta",
        "insulina de accion prolongada",
        "insulina de acao prolongada",
        "insulina de acao lenta",
        "insulina ad effetto prolungato",
        "insulina ad azione lenta",
        "insulina ad azione prolungata",
    ),
    GRAMS: (
        "carbohydrates",
        "kohlenhydrate",
        "glucides",
        "carbohidratos",
        "hidratos de carbono",
        "carboidratos",
        "carboidrati",
    ),
    STRIP: (
        "strip glucose",
        "glukose teststreifen",
        "glycemie par bandelette",
        "glycemie de la bandelette",
        "tira reactiva para glucosa",
        "tira de glicose",
        "striscia glucosio",
        "glucosio da striscia",
    ),
}
_GRAMS: Final = (" grams", " gramm", " grammes", " gramos", " gramas", " grammi")
_UNITS: Final = (" units", " einheiten", " unites", " unidades", " unita")
_UNITS_OF_GLUCOSE: Final = (" mg dl", " mmol l")
_ENDINGS: Final = {GRAMS: _GRAMS, RAPID: _UNITS, LONG: _UNITS} | dict.fromkeys(
    (HISTORIC, SCAN, STRIP), _UNITS_OF_GLUCOSE
)
_NEEDED: Final = (TIME, RECORD_TYPE, HISTORIC)
_SPELLED: Final = {
    spelling + ending: column
    for column, spellings in WORDS.items()
    for spelling in spellings
    for ending in _ENDINGS.get(column, ("",))
}


def columns_of(headers: Sequence[str]) -> dict[str, int] | None:
    """The place of each column that is there, None where these are no headers of LibreView.

    Where all columns are there, their places tell what the words do not: translations change.
    """
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        if column := _SPELLED.get(plain(header)):
            found.setdefault(column, place)
    if _has_layout(headers) and all(LAYOUT[column] == place for column, place in found.items()):
        return dict(LAYOUT)
    return found if all(column in found for column in _NEEDED) else None


def _has_layout(headers: Sequence[str]) -> bool:
    """Whether there are units where only this export has them, in any language: at 4, 5, 14 and 15 of 19."""
    with_units = [place for place, header in enumerate(headers) if unit_of(header)]
    return len(headers) == COLUMNS and with_units == [LAYOUT[HISTORIC], LAYOUT[SCAN], LAYOUT[STRIP], 15]
