"""Glucose as people read it, in templates."""

from django import template
from django.utils import formats

from patients.units import GlucoseUnit, from_mg_dl

register = template.Library()


@register.filter
def glucose(mg_dl: float | None, unit: str) -> str:
    """mg/dL in the unit: a whole number, or one decimal in mmol/L; a dash where there is none."""
    if mg_dl is None:
        return "\N{EN DASH}"
    return str(formats.number_format(from_mg_dl(mg_dl, unit), 1 if unit == GlucoseUnit.MMOL_L else 0))
