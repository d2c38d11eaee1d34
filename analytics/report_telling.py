"""A report as text and drawings in the language that is active: what the page and the PDF both show."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.report import Report
from analytics.report_drawings import Told, drawn_bands, drawn_days, drawn_profile
from analytics.report_words import (
    COMPARISON,
    NONE,
    diabetes_name,
    limit,
    measure_names,
    percent,
    profile_words,
    reason_words,
    targets_name,
)
from patients.units import GlucoseUnit


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a report is about, and who made it."""

    name: str
    external_ref: str | None
    birth_date: date | None
    diabetes_type: str
    clinic: str


def told(found: Report, subject: Subject, *, now: datetime, as_of: datetime | None = None) -> Told:
    """Everything that stands in the report, by its place; ``now`` is when it is made."""
    words = profile_words()
    return {
        "language": get_language(),
        "title": _("Glucose report"),
        "subject": _subject(subject),
        "period": _period(found),
        "sufficient": found.enough.sufficient,
        "notices": _notices(found, as_of),
        "statistics": {"title": _("Glucose statistics"), "rows": _statistics(found)},
        "goals": _goals(found),
        "bands": drawn_bands(found, words),
        "profile": drawn_profile(found, words),
        "days": drawn_days(found, words),
        "footer": _footer(found, now),
    }


def _subject(subject: Subject) -> Told:
    born = date_format(subject.birth_date, "DATE_FORMAT") if subject.birth_date else NONE
    facts = [
        [_("Born"), born],
        [_("Diabetes type"), diabetes_name(subject.diabetes_type)],
        [_("Clinic"), subject.clinic],
    ]
    if subject.external_ref:
        facts.insert(0, [_("Reference"), subject.external_ref])
    return {"name": subject.name, "facts": facts}


def _period(found: Report) -> str:
    days = found.days
    return _("{first} to {last}, {count} days").format(first=_day(days.first), last=_day(days.last), count=days.count)


def _notices(found: Report, as_of: datetime | None) -> list[str]:
    said = []
    if reason := reason_words(found.enough):
        said.append(f"{_('Too little data to judge:')} {reason}")
    if found.excluded:
        count = number_format(found.excluded, force_grouping=True)
        said.append(_("Readings that are excluded and left out: {count}.").format(count=count))
    if as_of is not None:
        said.append(_("As it was known on {moment}.").format(moment=_moment(as_of, found.days.zone)))
    return said


def _statistics(found: Report) -> list[list[str]]:
    of, enough = found.statistics, found.enough
    days = _("{with_data} of {days}").format(with_data=enough.days_with_data, days=found.days.count)
    return [
        [_("Days with data"), days],
        [_("Time the sensor was active"), percent(enough.active_percent)],
        [_("Readings"), number_format(of["readings"], force_grouping=True)],
        [_("Mean glucose"), _glucose(of["mean"], found.unit)],
        [_("Glucose management indicator (GMI)"), percent(of["gmi_percent"])],
        [_("Coefficient of variation"), percent(of["cv_percent"])],
        [_("Standard deviation"), _glucose(of["sd"], found.unit)],
    ]


def _goals(found: Report) -> Told:
    names, verdicts = measure_names(), {True: _("met"), False: _("missed"), None: NONE}
    rows = [
        {
            "name": names[one["measure"]],
            "goal": f"{COMPARISON[one['comparison']]} {limit(one['limit'])}",
            "value": percent(one["value"]),
            "met": one["met"],
            "verdict": verdicts[one["met"]],
        }
        for one in found.statistics["goals"]["results"]
    ]
    heads = [_("Goal of"), _("Goal"), _("Found"), ""]
    return {"title": _("Goals: {whose}").format(whose=targets_name(found.targets.ranges)), "heads": heads, "rows": rows}


def _footer(found: Report, now: datetime) -> list[str]:
    definitions = _("Numbers by version {version} of the definitions; shares by time.").format(
        version=found.statistics["definitions"]
    )
    made = _("Made on {moment}. Times are those of {zone}.").format(
        moment=_moment(now, found.days.zone), zone=found.days.zone
    )
    return [f"Saúde-IA. {made} {definitions}", _("Goals: Battelino et al. 2019, doi:10.2337/dci19-0028.")]


def _glucose(value: float | None, unit: str) -> str:
    decimals = 0 if unit == GlucoseUnit.MG_DL else 1
    return NONE if value is None else f"{number_format(value, decimals)} {unit}"


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _moment(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return f"{_day(local.date())}, {local:%H:%M}"
