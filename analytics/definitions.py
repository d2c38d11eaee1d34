"""What each number of the statistics means: the definitions page, ``definitions/`` and ``explain`` say it by these.

The formula that computes a number stands in ``analytics/metrics/``; a test holds numbers of this version against it.
"""

from dataclasses import dataclass
from typing import Final

READINGS: Final = "readings, each weighted by the minutes that it stands for (weighting=count: each once)"
GRID: Final = "grid"
GLUCOSE: Final = "glucose"
NO_READINGS: Final = "no readings"
TWO: Final = "fewer than two readings"


@dataclass(frozen=True, slots=True)
class Definition:
    """A number by its path in the answer.

    ``unit`` is "glucose" where it follows the unit that was asked for. ``basis`` says what it is computed from,
    ``null_when`` when there is none, ``source`` where it comes from.
    """

    name: str
    title: str
    unit: str
    basis: str
    formula: str
    null_when: str
    source: str


CONSENSUS_2019: Final = "Battelino et al. 2019, doi:10.2337/dci19-0028"
KLONOFF: Final = "Klonoff et al. 2023, doi:10.1177/19322968221085273"
KOVATCHEV: Final = "Kovatchev et al. 1997, doi:10.2337/diacare.20.11.1655; 2006, doi:10.2337/dc06-1085"
HYNDMAN: Final = "type 7 of Hyndman and Fan 1996, doi:10.1080/00031305.1996.10473566"
FERNANDES: Final = "Fernandes et al. 2022, doi:10.1177/19322968211061165"
HILL: Final = "Hill et al. 2007, doi:10.1111/j.1464-5491.2007.02119.x"
PLAIN: Final = "elementary statistics"
RISK: Final = "f(g) = 1.509 ((ln g)^1.084 - 5.381), g in mg/dL"
SCORE: Final = "min(50, 425 (log10(log10(g / 18)) + 0.16)^2), g in mg/dL"

CENTRAL: Final = (
    Definition("mean", "Mean glucose", GLUCOSE, READINGS, "sum(w g) / sum(w)", NO_READINGS, PLAIN),
    Definition(
        "median", "Median", GLUCOSE, READINGS,
        "the 50th percentile by linear interpolation; of mixed cadences each reading counts once a minute",
        NO_READINGS, HYNDMAN,
    ),
    Definition("q1", "First quartile", GLUCOSE, READINGS, "the 25th percentile, as the median", NO_READINGS, HYNDMAN),
    Definition("q3", "Third quartile", GLUCOSE, READINGS, "the 75th percentile, as the median", NO_READINGS, HYNDMAN),
    Definition(
        "sd", "Standard deviation", GLUCOSE, READINGS,
        "sqrt(sum(w (g - mean)^2) / sum(w) n / (n - 1)), n readings: of one cadence the plain sample deviation",
        TWO, PLAIN,
    ),
    Definition(
        "cv_percent", "Coefficient of variation", "%", READINGS, "100 sd / mean", TWO,
        "Monnier et al. 2017, doi:10.2337/dc16-1769",
    ),
    Definition("min", "Lowest reading", GLUCOSE, "readings", "the lowest value", NO_READINGS, PLAIN),
    Definition("max", "Highest reading", GLUCOSE, "readings", "the highest value", NO_READINGS, PLAIN),
    Definition(
        "gmi_percent", "Glucose management indicator", "% HbA1c", READINGS, "3.31 + 0.02392 mean, mean in mg/dL",
        NO_READINGS, "Bergenstal et al. 2018, doi:10.2337/dc18-1581",
    ),
    Definition(
        "ea1c_percent", "Estimated HbA1c", "% HbA1c", READINGS, "(mean + 46.7) / 28.7, mean in mg/dL", NO_READINGS,
        "Nathan et al. 2008, doi:10.2337/dc08-0545",
    ),
)  # fmt: skip

SUFFICIENT: Final = (
    Definition(
        "sufficiency.active_percent", "Sensor active, of the window", "%", "readings",
        "min(100, 100 minutes / minutes of the window)", "never", CONSENSUS_2019,
    ),
    Definition(
        "sufficiency.record_active_percent", "Sensor active, of the record", "%", "readings",
        "min(100, 100 minutes / minutes from the first reading to the end of the last)", NO_READINGS, CONSENSUS_2019,
    ),
)  # fmt: skip


def _band(name: str, title: str, edges: str) -> Definition:
    formula = f"100 sum(w of {edges}) / sum(w), on whole mg/dL"
    return Definition(f"time_in_range.{name}", title, "%", READINGS, formula, NO_READINGS, CONSENSUS_2019)


BANDS: Final = (
    _band("very_low", "Time very low", "g < 54"),
    _band("low", "Time low", "54 <= g < low end of the target"),
    _band("target", "Time in range", "g from the low to the high end of the target, both included"),
    _band("tight_target", "Time in tight range", "70 <= g <= 140"),
    _band("high", "Time high", "high end of the target < g <= 250"),
    _band("very_high", "Time very high", "g > 250"),
    _band("below", "Time below range", "g < low end of the target"),
    _band("above", "Time above range", "g > high end of the target"),
)

RISKS: Final = (
    Definition(
        "risk.gri", "Glycemia risk index", "0 to 100", READINGS,
        "min(100, 3.0 VLow + 2.4 Low + 1.6 VHigh + 0.8 High), % of time below 54, 54-69, above 250, 181-250 mg/dL"
        " whatever the targets are", NO_READINGS, KLONOFF,
    ),
    Definition(
        "risk.gri_zone", "Zone of the glycemia risk index", "A to E", READINGS,
        "A up to 20, B up to 40, C up to 60, D up to 80, E above", NO_READINGS, KLONOFF,
    ),
    Definition(
        "risk.gri_hypo_component", "Hypoglycemia component", "%", READINGS, "VLow + 0.8 Low", NO_READINGS, KLONOFF
    ),
    Definition(
        "risk.gri_hyper_component", "Hyperglycemia component", "%", READINGS, "VHigh + 0.5 High", NO_READINGS, KLONOFF
    ),
    Definition(
        "risk.lbgi", "Low blood glucose index", "risk", READINGS,
        f"sum(w 10 f(g)^2 where f < 0) / sum(w); {RISK}", NO_READINGS, KOVATCHEV,
    ),
    Definition(
        "risk.hbgi", "High blood glucose index", "risk", READINGS,
        f"sum(w 10 f(g)^2 where f > 0) / sum(w); {RISK}", NO_READINGS, KOVATCHEV,
    ),
    Definition(
        "risk.adrr", "Average daily risk range", "risk", "readings by local day",
        f"mean over the days of max(10 f^2 where f < 0) + max(10 f^2 where f > 0); {RISK}", NO_READINGS,
        "Kovatchev et al. 2006, doi:10.2337/dc06-1085",
    ),
)  # fmt: skip


def _mage(name: str, title: str, which: str) -> Definition:
    formula = (
        f"mean height of {which} of at least one standard deviation, between turning points of the short (5 points)"
        " and the long (32 points) moving average; segments more than 180 minutes apart by themselves, averaged by"
        " their hours"
    )
    return Definition(f"variability.{name}", title, GLUCOSE, GRID, formula, "no excursion of a deviation", FERNANDES)


VARIABILITY: Final = (
    _mage("mage", "Mean amplitude of glycemic excursions", "the mean rise and the mean fall"),
    _mage("mage_plus", "MAGE of rises", "the rises"),
    _mage("mage_minus", "MAGE of falls", "the falls"),
    Definition(
        "variability.modd", "Mean of daily differences", GLUCOSE, GRID, "mean of |g(t) - g(t - 24 h)|",
        "no two points a day apart", "Molnar et al. 1972, doi:10.1007/BF01218495",
    ),
    Definition(
        "variability.conga_24", "CONGA of 24 hours", GLUCOSE, GRID,
        "standard deviation (n - 1) of g(t) - g(t - 24 h)", "fewer than two such changes",
        "McDonnell et al. 2005, doi:10.1089/dia.2005.7.253",
    ),
    Definition(
        "variability.gvp_percent", "Glycemic variability percentage", "%", GRID,
        "100 (sum sqrt(dt^2 + dg^2) / sum dt - 1) over steps of 5 minutes, dt in minutes, dg in mg/dL",
        "no two neighbouring points", "Peyser et al. 2018, doi:10.1089/dia.2017.0187",
    ),
    Definition(
        "variability.mag", "Mean absolute glucose change", "glucose per hour", GRID,
        "sum |dg| / hours of the steps of 5 minutes", "no two neighbouring points",
        "Hermanides et al. 2010, doi:10.1097/CCM.0b013e3181cc4be9",
    ),
    Definition(
        "variability.j_index", "J-index", "index", READINGS, "0.001 (mean + sd)^2, in mg/dL", TWO,
        "Wojcicki 1995, doi:10.1055/s-2007-979906",
    ),
    Definition(
        "variability.li", "Lability index", "(mmol/L)^2 per hour", GRID,
        "mean of (g(t) - g(t - 1 h))^2 / 1 h, in mmol/L; the source's sum of a week is 168 times this",
        "no two points an hour apart", "Ryan et al. 2004, doi:10.2337/diabetes.53.4.955",
    ),
    Definition(
        "variability.m_value", "M-value", "score", READINGS,
        "sum(w 1000 |log10(g / reference)|^3) / sum(w), reference 90 mg/dL", NO_READINGS,
        "Schlichtkrull et al. 1965, doi:10.1111/j.0954-6820.1965.tb01810.x",
    ),
    Definition(
        "variability.m_value_reference", "Reference of the M-value", GLUCOSE, "constant", "90 mg/dL", "never",
        "tools use 80, 90, 100 or 120",
    ),
    Definition(
        "variability.grade", "GRADE", "0 to 50", READINGS, f"sum(w score) / sum(w); score = {SCORE}", NO_READINGS, HILL
    ),
    Definition(
        "variability.grade_hypo_percent", "GRADE's share of low values", "%", READINGS,
        "100 sum(w score of g < 70) / sum(w score)", NO_READINGS, HILL,
    ),
    Definition(
        "variability.grade_eu_percent", "GRADE's share of normal values", "%", READINGS,
        "100 sum(w score of 70 <= g <= 140) / sum(w score)", NO_READINGS, HILL,
    ),
    Definition(
        "variability.grade_hyper_percent", "GRADE's share of high values", "%", READINGS,
        "100 sum(w score of g > 140) / sum(w score)", NO_READINGS, HILL,
    ),
)  # fmt: skip


def _episode(kind: str, title: str, rule: str) -> Definition:
    formula = (
        f"episodes of {rule}; one ends where 15 minutes back begin, or where a point has no value. With the count: a"
        " day, a week (by the days of the window), their mean minutes, and the share with half of its minutes between"
        " 00:00 and 06:00"
    )
    return Definition(f"episodes.{kind}", title, "episodes", GRID, formula, NO_READINGS, CONSENSUS_2019)


EPISODES: Final = (
    _episode("hypo_level1", "Hypoglycemia, level 1", "at least 15 minutes below 70 mg/dL"),
    _episode("hypo_level2", "Hypoglycemia, level 2", "at least 15 minutes below 54 mg/dL"),
    _episode("hypo_extended", "Extended hypoglycemia", "more than 120 minutes below 70 mg/dL"),
    _episode("hyper_level1", "Hyperglycemia, level 1", "at least 15 minutes above 180 mg/dL"),
    _episode("hyper_level2", "Hyperglycemia, level 2", "at least 15 minutes above 250 mg/dL"),
)

DEFINITIONS: Final = (*SUFFICIENT, *CENTRAL, *BANDS, *RISKS, *VARIABILITY, *EPISODES)
BY_NAME: Final = {one.name: one for one in DEFINITIONS}

GRID_RULE: Final = (
    "The grid has a value every 5 minutes counted from local midnight, linear between neighbouring readings at most 45"
    " minutes apart, and none elsewhere."
)
WINDOW_RULE: Final = "A window is half-open: from its start up to, not including, its end."
EXCLUSION_RULE: Final = "Readings that a clinician excluded are in no number."
ROUNDING_RULE: Final = "Numbers are given to 6 decimals; bands are told on whole mg/dL, whatever the unit asked for."
SUFFICIENCY_RULE: Final = (
    "Enough data are 14 days of which the sensor was active for 70 %; values are given with less too."
)
RULES: Final = (GRID_RULE, WINDOW_RULE, EXCLUSION_RULE, ROUNDING_RULE, SUFFICIENCY_RULE)
