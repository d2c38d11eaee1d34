"""Files as other programs write them, made up by us: the headers are theirs, the people and numbers are nobody's."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from glucose.files import read_file
from glucose.files.port import FileGlucose, FileRecord, FileTreatment, RefusedLine

LIBREVIEW_HEADERS: Final = {
    "en": (
        "Device|Serial Number|Device Timestamp|Record Type|Historic Glucose {u}|Scan Glucose {u}"
        "|Non-numeric Rapid-Acting Insulin|Rapid-Acting Insulin (units)|Non-numeric Food|Carbohydrates (grams)"
        "|Carbohydrates (servings)|Non-numeric Long-Acting Insulin|Long-Acting Insulin (units)|Notes|Strip Glucose {u}"
        "|Ketone mmol/L|Meal Insulin (units)|Correction Insulin (units)|User Change Insulin (units)"
    ),
    "de": (
        "Gerät|Seriennummer|Gerätezeitstempel|Aufzeichnungstyp|Glukosewert-Verlauf {u}|Glukose-Scan {u}"
        "|Nicht numerisches schnellwirkendes Insulin|Schnellwirkendes Insulin (Einheiten)"
        "|Nicht numerische Nahrungsdaten|Kohlenhydrate (Gramm)|Kohlenhydrate (Portionen)"
        "|Nicht numerisches Depotinsulin|Depotinsulin (Einheiten)|Notizen|Glukose-Teststreifen {u}|Keton mmol/L"
        "|Mahlzeiteninsulin (Einheiten)|Korrekturinsulin (Einheiten)|Insulin-Änderung durch Anwender (Einheiten)"
    ),
    "fr": (
        "Appareil|Numéro de série|Horodatage de l'appareil|Type d'enregistrement|Historique de la glycémie {u}"
        "|Numérisation de la glycémie {u}|Insuline à action rapide sans valeur numérique"
        "|Insuline à action rapide (unités)|Alimentation sans valeur numérique|Glucides (grammes)|Glucides (portions)"
        "|Insuline à action longue sans valeur numérique|Insuline à action longue (unités)|Remarques"
        "|Glycémie par bandelette {u}|Cétone mmol/L|Insuline repas (unités)|Insuline de correction (unités)"
        "|Insuline modifiée par l'utilisateur (unités)"
    ),
    "es": (
        "Dispositivo|Número de serie|Sello de tiempo del dispositivo|Tipo de registro|Historial de glucosa {u}"
        "|Escaneo de glucosa {u}|Insulina de acción rápida sin valor numérico|Insulina de acción rápida (unidades)"
        "|Alimentos sin valor numérico|Carbohidratos (gramos)|Carbohidratos (porciones)"
        "|Insulina de acción lenta sin valor numérico|Insulina de acción larga (unidades)|Notas"
        "|Tira reactiva para glucosa {u}|Cuerpos cetónicos mmol/L|Insulina de comida (unidades)"
        "|Insulina de corrección (unidades)|Insulina del cambio de usuario (unidades)"
    ),
    "pt": (
        "Dispositivo|Número de série|Carimbo de data/hora do dispositivo|Tipo de registro|Histórico de glicose {u}"
        "|Analisar glicose {u}|Insulina de ação rápida não numérica|Insulina de ação rápida (unidades)"
        "|Alimento não numérico|Carboidratos (gramas)|Carboidratos (porções)|Insulina de ação prolongada não numérica"
        "|Insulina de ação prolongada (unidades)|Notas|Tira de glicose {u}|Cetona mmol/L"
        "|Insulina de refeição (unidades)|Insulina de correção (unidades)|Insulina da alteração do usuário (unidades)"
    ),
    "it": (
        "Dispositivo|Numero di serie|Timestamp del dispositivo|Tipo di registrazione|Storico del glucosio {u}"
        "|Scansione del glucosio {u}|Insulina ad azione rapida non numerica|Insulina ad azione rapida (unità)"
        "|Cibo non numerico|Carboidrati (grammi)|Carboidrati (porzioni)|Insulina ad effetto prolungato non numerica"
        "|Insulina ad effetto prolungato (unità)|Note|Glucosio da striscia {u}|Chetone mmol/L"
        "|Insulina pasto (unità)|Insulina di correzione (unità)|Insulina modificata dall'utente (unità)"
    ),
}
CLARITY_HEADERS: Final = {
    "en": (
        "Index|Timestamp (YYYY-MM-DDThh:mm:ss)|Event Type|Event Subtype|Patient Info|Device Info|Source Device ID"
        "|Glucose Value ({u})|Insulin Value (u)|Carb Value (grams)|Duration (hh:mm:ss)"
        "|Glucose Rate of Change ({u}/min)|Transmitter Time (Long Integer)|Transmitter ID"
    ),
    "de": (
        "Index|Zeitstempel (JJJJ-MM-TTThh:mm:ss)|Ereignisart|Ereignis-Unterart|Patienten-Info|Geräteinfo"
        "|Quellengerät-ID|Glukosewert ({u})|Insulinwert (E)|Kohlenh.-Wert (Gramm)|Dauer (hh:mm:ss)"
        "|Glukose-Änderungsgeschwindigkeit ({u}/min)|Transmitterzeit (Lange Ganzzahl)|Transmitter-ID"
    ),
    "es": (
        "Índice|Marca temporal (AAAA-MM-DDThh:mm:ss)|Tipo de evento|Subtipo de evento|Información del paciente"
        "|Información del dispositivo|ID del dispositivo fuente|Nivel de glucosa ({u})|Nivel de insulina (u)"
        "|Nivel de carbohidratos (gramos)|Duración (hh:mm:ss)|Tasa de cambio de glucosa ({u}/min)"
        "|Hora del transmisor (número entero largo)|ID del transmisor"
    ),
    "it": (
        "Indice|Data e ora (AAAA-MM-GGThh:mm:ss)|Tipo di evento|Sottotipo di evento|Informazioni sul paziente"
        "|Informazioni sul dispositivo|ID dispositivo origine|Valore del glucosio ({u})|Valore insulina (u)"
        "|Valore carboidrati (grammi)|Durata (hh:mm:ss)|Velocità di variazione del glucosio ({u}/min)"
        "|Ora trasmettitore (numero intero lungo)|ID trasmettitore"
    ),
}
CLARITY_WORDS: Final = {
    "en": ("EGV", "Low", "High"),
    "de": ("EGV", "Niedrig", "Hoch"),
    "es": ("Niveles estimados de glucosa", "Nivel bajo", "Nivel alto"),
    "it": ("EGV", "Basso", "Alto"),
}


@dataclass(frozen=True)
class Style:
    """How a program writes: its language, separators, order of dates, clock and unit."""

    language: str = "en"
    delimiter: str = ","
    day_first: bool = True
    date_sign: str = "-"
    half_days: bool = False
    unit: str = "mg/dL"
    decimal: str = "."
    quoted: bool = False
    line_end: str = "\r\n"

    def time(self, at: datetime) -> str:
        """The date and time to the minute."""
        day, month = f"{at:%d}", f"{at:%m}"
        date = self.date_sign.join((*((day, month) if self.day_first else (month, day)), f"{at:%Y}"))
        return f"{date} {at:%I:%M %p}" if self.half_days else f"{date} {at:%H:%M}"

    def number(self, value: float | str) -> str:
        """The number with this decimal sign."""
        return str(value).replace(".", self.decimal)

    def table(self, rows: Iterable[Sequence[str]]) -> str:
        """The rows as CSV."""
        text = io.StringIO()
        write = partial(csv.writer, text, delimiter=self.delimiter, lineterminator=self.line_end)
        (write(quoting=csv.QUOTE_ALL) if self.quoted else write()).writerows(rows)
        return text.getvalue()


def libreview_row(time: str, kind: str, cells: dict[int, str], device: str = "FreeStyle Libre 3") -> list[str]:
    """A row of 19 cells; ``cells`` are those at their places."""
    row = [device, "ab12-cd34", time, kind] + [""] * 15
    for place, cell in cells.items():
        row[place] = cell
    return row


def libreview(rows: Iterable[Sequence[str]], style: Style = Style()) -> str:
    """An export of LibreView with its title and headers."""
    title = ["Glucose Data", "Generated on", "01-01-2026 10:00 UTC", "Generated by", "Nobody"]
    headers = LIBREVIEW_HEADERS[style.language].format(u=style.unit).split("|")
    return style.table([title, headers, *rows])


def history(values: Iterable[tuple[datetime, str]], style: Style = Style()) -> str:
    """An export of LibreView with a sensor's history."""
    return libreview((libreview_row(style.time(at), "0", {4: value}) for at, value in values), style)


def clarity_row(time: str, event: str, cells: dict[int, str], *, transmitter: bool = True) -> list[str]:
    """A row of 14 cells, or of 13 without the transmitter."""
    row = ["1", time, event] + [""] * 10 + (["8XYZ"] if transmitter else [])
    for place, cell in cells.items():
        row[place] = cell
    return row


def clarity(rows: Iterable[Sequence[str]], style: Style = Style(quoted=True)) -> str:
    """An export of Clarity, which begins with who and which device."""
    headers = CLARITY_HEADERS[style.language].format(u=style.unit).split("|")
    about = [clarity_row("", "FirstName", {4: "Nobody"}, transmitter=False)]
    about += [clarity_row("", "Alert", {3: "High", 7: "200"}, transmitter=False)]
    return style.table([headers, *about, *rows])


def as_json(entries: Any) -> bytes:
    """A list of entries as JSON."""
    return json.dumps(entries).encode()


def read(file: bytes | str, **said: Any) -> list[FileRecord]:
    """Everything in the file."""
    data = file.encode() if isinstance(file, str) else file
    return list(read_file(io.BytesIO(data), **{"format": None, "date_order": None, **said}))


def glucose_of(records: Iterable[FileRecord]) -> list[FileGlucose]:
    """What a sensor measured."""
    return [record for record in records if isinstance(record, FileGlucose)]


def treatments_of(records: Iterable[FileRecord]) -> list[FileTreatment]:
    """Insulin and carbohydrates."""
    return [record for record in records if isinstance(record, FileTreatment)]


def refused_of(records: Iterable[FileRecord]) -> list[tuple[int, str]]:
    """Line and code of what is refused."""
    return [(record.line, record.code) for record in records if isinstance(record, RefusedLine)]
