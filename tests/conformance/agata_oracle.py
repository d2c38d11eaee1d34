"""What AGATA calls our metrics, and a script for a Python that has py_agata: prints its numbers as JSON.

``python agata_oracle.py traces.csv``, with the columns subject, local_time and mg_dl, the times at multiples of five
minutes. It imports nothing of the product.
"""

import importlib
import json
import sys
import warnings
from typing import Any, Final

MISSING: Final = "missing_percent"
# Our name: AGATA's module and function, its arguments.
CALLS: Final[dict[str, tuple[str, str, dict[str, Any]]]] = {
    "mean": ("variability", "mean_glucose", {}),
    "median": ("variability", "median_glucose", {}),
    "sd": ("variability", "std_glucose", {}),
    "cv_percent": ("variability", "cv_glucose", {}),
    "gmi_percent": ("variability", "gmi", {}),
    "very_low_percent": ("time_in_ranges", "time_in_l2_hypoglycemia", {}),
    "low_percent": ("time_in_ranges", "time_in_l1_hypoglycemia", {}),
    "below_percent": ("time_in_ranges", "time_in_hypoglycemia", {}),
    "target_percent": ("time_in_ranges", "time_in_target", {}),
    "tight_target_percent": ("time_in_ranges", "time_in_tight_target", {}),
    "high_percent": ("time_in_ranges", "time_in_l1_hyperglycemia", {}),
    "very_high_percent": ("time_in_ranges", "time_in_l2_hyperglycemia", {}),
    "above_percent": ("time_in_ranges", "time_in_hyperglycemia", {}),
    "pregnancy_target_percent": ("time_in_ranges", "time_in_target", {"glycemic_target": "pregnancy"}),
    "pregnancy_low_percent": ("time_in_ranges", "time_in_l1_hypoglycemia", {"glycemic_target": "pregnancy"}),
    "pregnancy_high_percent": ("time_in_ranges", "time_in_l1_hyperglycemia", {"glycemic_target": "pregnancy"}),
    "gri": ("risk", "gri", {}),
    "lbgi": ("risk", "lbgi", {}),
    "hbgi": ("risk", "hbgi", {}),
    "adrr": ("risk", "adrr", {}),
    "j_index": ("variability", "j_index", {}),
    "grade": ("glycemic_transformation", "grade_score", {}),
    "grade_hypo_percent": ("glycemic_transformation", "grade_hypo_score", {}),
    "grade_eu_percent": ("glycemic_transformation", "grade_eu_score", {}),
    "grade_hyper_percent": ("glycemic_transformation", "grade_hyper_score", {}),
    "m_value": ("glycemic_transformation", "mr_index", {}),
    "mage": ("variability", "mage_index", {}),
    "mage_plus": ("variability", "mage_plus_index", {}),
    "mage_minus": ("variability", "mage_minus_index", {}),
    "modd": ("variability", "modd", {}),
    "conga_24": ("variability", "conga", {}),
    MISSING: ("inspection", "missing_glucose_percentage", {}),
}


def main(path: str) -> None:
    """Print ``{subject: {our name: number}}``."""
    warnings.simplefilter("ignore")
    pandas = importlib.import_module("pandas")
    readings = pandas.read_csv(path).set_axis(["id", "t", "glucose"], axis=1)
    readings["t"] = pandas.to_datetime(readings["t"])
    found: dict[str, dict[str, float]] = {}
    for subject, rows in readings.groupby("id"):
        regular = rows.set_index("t")[["glucose"]].astype(float).asfreq("5min").reset_index()
        numbers = found.setdefault(str(subject), {})
        for name, (module, function, arguments) in CALLS.items():
            metric = getattr(importlib.import_module(f"py_agata.{module}"), function)
            numbers[name] = float(metric(regular, **arguments))
        numbers["record_active_percent"] = 100 - numbers.pop(MISSING)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
