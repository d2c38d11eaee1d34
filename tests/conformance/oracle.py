"""What iglu calls our metrics, and a script for a Python that has iglu-python: prints its numbers as JSON.

``python oracle.py traces.csv``, with the columns subject, local_time and mg_dl. It imports nothing of the product.
"""

import importlib
import json
import sys
from typing import Any, Final

# Our name: iglu's function, its arguments, the column of its result.
CALLS: Final[dict[str, tuple[str, dict[str, Any], str]]] = {
    "mean": ("mean_glu", {}, "mean"),
    "median": ("median_glu", {}, "median"),
    "q1": ("quantile_glu", {}, "25"),
    "q3": ("quantile_glu", {}, "75"),
    "sd": ("sd_glu", {}, "SD"),
    "cv_percent": ("cv_glu", {}, "CV"),
    "gmi_percent": ("gmi", {}, "GMI"),
    "ea1c_percent": ("ea1c", {}, "eA1C"),
    "below_54_percent": ("below_percent", {}, "below_54"),
    "below_70_percent": ("below_percent", {}, "below_70"),
    "target_percent": ("in_range_percent", {}, "in_range_70_180"),
    "pregnancy_target_percent": ("in_range_percent", {}, "in_range_63_140"),
    "above_140_percent": ("above_percent", {}, "above_140"),
    "above_180_percent": ("above_percent", {}, "above_180"),
    "above_250_percent": ("above_percent", {}, "above_250"),
    "gri": ("gri", {}, "GRI"),
    "lbgi": ("lbgi", {}, "LBGI"),
    "hbgi": ("hbgi", {}, "HBGI"),
    "adrr": ("adrr", {}, "ADRR"),
    "j_index": ("j_index", {}, "J_index"),
    "grade": ("grade", {}, "GRADE"),
    "grade_hypo_percent": ("grade_hypo", {}, "GRADE_hypo"),
    "grade_eu_percent": ("grade_eugly", {}, "GRADE_eugly"),
    "grade_hyper_percent": ("grade_hyper", {}, "GRADE_hyper"),
    "m_value": ("m_value", {}, "M_value"),
    "mage": ("mage", {}, "MAGE"),
    "mage_plus": ("mage", {"direction": "plus"}, "MAGE"),
    "mage_minus": ("mage", {"direction": "minus"}, "MAGE"),
    "modd": ("modd", {}, "MODD"),
    "conga_24": ("conga", {}, "CONGA"),
    "gvp_percent": ("gvp", {}, "GVP"),
    "mag": ("mag", {}, "MAG"),
    "record_active_percent": ("active_percent", {}, "active_percent"),
}


def main(path: str) -> None:
    """Print ``{subject: {our name: number}}``."""
    pandas, iglu = importlib.import_module("pandas"), importlib.import_module("iglu_python")
    iglu.utils.set_local_tz("UTC")
    readings = pandas.read_csv(path).set_axis(["id", "time", "gl"], axis=1)
    readings["time"] = pandas.to_datetime(readings["time"])
    found: dict[str, dict[str, float]] = {str(subject): {} for subject in readings["id"].unique()}
    for name, (function, arguments, column) in CALLS.items():
        answer = getattr(iglu, function)(readings, **arguments)
        answer.columns = [str(title).removesuffix(".0") for title in answer.columns]
        for subject, value in zip(answer["id"], answer[column], strict=True):
            found[str(subject)][name] = float(value)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
