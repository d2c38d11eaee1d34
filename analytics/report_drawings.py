"""The drawings of a report with what is said beside them, in the language that is active."""

from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.agp_axes import WIDE, Axes, Words
from analytics.agp_svg import agp_svg, described
from analytics.metrics.time_in_range import OPEN, Band
from analytics.report import BANDS, Report
from analytics.report_svg import COLOURS, bar_svg, days_svg
from analytics.report_words import NONE, band_names, percent

Told = dict[str, Any]
MINUTES: Final = 1440


def drawn_bands(found: Report, words: Words) -> Told:
    """The bands upon each other, and a row of numbers for each."""
    names, edges, shares = band_names(), found.targets.bands, found.statistics["time_in_range"]
    axes = Axes(WIDE, 1, found.unit, words)
    rows = [
        {
            "name": names[name],
            "range": _range(axes, edges[name]),
            "percent": percent(shares[name]["percent"]),
            "a_day": _a_day(shares[name]["percent"]),
            "colour": COLOURS[name],
        }
        for name in BANDS
    ]
    said = "; ".join(f"{row['name']} {row['percent']}" for row in rows)
    heads = ["", found.unit, _("Share"), _("A day")]
    return {
        "title": _("Time in ranges"),
        "heads": heads,
        "rows": rows,
        "svg": bar_svg(found.statistics, said),
        "said": said,
    }


def drawn_profile(found: Report, words: Words) -> Told:
    """The profile by time of day, wide."""
    target = found.targets.bands["target"]
    svg = agp_svg(found.profile, found.enough, targets=found.targets, unit=found.unit, words=words, shape=WIDE)
    said = described(found.profile, found.enough, target, Axes(WIDE, 1, found.unit, words))
    title = _("Ambulatory glucose profile ({unit})").format(unit=found.unit)
    return {"title": title, "svg": svg, "said": said}


def drawn_days(found: Report, words: Words) -> Told:
    """The last days one by one."""
    # 23 and 25 hours are worth a word.
    names = [
        date_format(day.date, "D j") + ("" if day.length == MINUTES else f" ({_hours(day.length)})")
        for day in found.drawn
    ]
    count = len(found.drawn)
    title = _("Daily glucose profiles ({unit})").format(unit=found.unit)
    if count < found.days.count:
        title = _("Daily glucose profiles of the last {count} days ({unit})").format(count=count, unit=found.unit)
    without = sum(not len(day.mg_dl) for day in found.drawn)
    said = _("Glucose of each of {count} days; days without readings: {without}.").format(count=count, without=without)
    return {"title": title, "svg": days_svg(found, names, said, point=words.point), "said": said}


def _range(axes: Axes, band: Band) -> str:
    if band.highest == OPEN:
        return f"> {axes.shown(band.lowest - 1)}"
    return f"< {axes.shown(band.highest + 1)}" if not band.lowest else axes.range(band)


def _a_day(share: float | None) -> str:
    """A share of a day in hours and minutes."""
    return NONE if share is None else _hours(round(MINUTES * share / 100))


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])
