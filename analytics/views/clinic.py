"""`clinic/overview/` and `clinic/statistics/`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.callers import Caller
from accounts.replica import from_replica
from accounts.roles import Act
from analytics.clinic_serializers import (
    ClinicStatisticsSerializer,
    OverviewRowSerializer,
    counts_schema,
    patient_answer,
)
from analytics.clinic_statistics import clinic_answer
from analytics.metrics import DEFINITIONS_VERSION
from analytics.metrics.categories import CATEGORIES
from analytics.metrics.period_sums import MOST_DAYS
from analytics.overview import ORDERINGS, counts_answer, overview_row
from analytics.selectors.clinic import Clinic, clinic_of, followed_patients
from analytics.selectors.overview import chosen_ids, overview_page, shown
from analytics.selectors.period_sums import Followed
from api.conditional import computed_tag, not_modified, tagged
from api.pages import Page, page_answer, requested_page
from api.schema import CURSOR_PARAMETERS, IF_NONE_MATCH, NOT_MODIFIED, UNIT_PARAMETER, page_schema, query
from api.windows import DEFAULT_DAYS, one_of, whole_number
from patients.choices import Status
from patients.units import UNITS, GlucoseUnit

BOOLEANS = ("true", "false")
FILTERS = ("search", "status", "clinician")
DAYS = query("days", f"So many whole local days, and today so far; {DEFAULT_DAYS} where absent.", OpenApiTypes.INT)
EXTREME = query("extreme_high", "Whether the category extreme_high is looked for; false where absent.", enum=BOOLEANS)


class Overview(APIView):
    """The patients that the caller may see, each with what stands out."""

    acts = {"GET": Act.READ_STATISTICS}

    @extend_schema(
        operation_id="clinic_overview",
        parameters=[
            DAYS,
            UNIT_PARAMETER,
            EXTREME,
            query("category", "Only those in this category.", enum=CATEGORIES),
            query("search", "Words in the name, or the whole external_ref."),
            query("status", "Only with this status.", enum=Status.values),
            query("clinician", "Only those whom this user cares for.", OpenApiTypes.UUID),
            query("ordering", "created_at, where absent; those without a value come last.", enum=ORDERINGS),
            *CURSOR_PARAMETERS,
            IF_NONE_MATCH,
        ],
        responses={
            200: page_schema(OverviewRowSerializer, **counts_schema()),
            304: NOT_MODIFIED,
        },
    )
    @from_replica
    def get(self, request: Request) -> Response:
        """A page of patients, and how many of all are in each category."""
        given, caller, now = request.query_params, caller_of(request), timezone.now()
        caller.require(Act.READ_STATISTICS)
        if given.get("search"):
            caller.require(Act.READ_PATIENTS)
        days, unit, extreme = _days(request), _unit(request), one_of(given, "extreme_high", BOOLEANS, "false") == "true"
        category = one_of(given, "category", CATEGORIES, CATEGORIES[0]) if "category" in given else None
        ordering = one_of(given, "ordering", ORDERINGS, ORDERINGS[0])
        asked = requested_page(request, f"overview by {ordering}", [_name, _value, UUID])
        chosen = chosen_ids(caller, {name: given[name] for name in FILTERS if name in given})
        patients = followed_patients(caller, now)
        tag = _tag(request, caller, patients, now, chosen)
        if known := not_modified(request, lambda: tag):
            return known
        clinic = clinic_of(patients, days, now, extreme_high=extreme)
        page = overview_page(clinic, asked, ordering=ordering, category=category, chosen=chosen)
        results = _results(caller, clinic, page, unit, now)
        told = {
            "days": days,
            "unit": unit,
            "definitions": DEFINITIONS_VERSION,
            "patients": len(patients),
            "counts": counts_answer(clinic.categories),
        }
        return tagged(Response(told | page_answer(request, page, results)), tag)


class ClinicStatistics(APIView):
    """All the patients that the caller may see together."""

    acts = {"GET": Act.READ_STATISTICS}

    @extend_schema(
        operation_id="clinic_statistics",
        parameters=[DAYS, UNIT_PARAMETER, EXTREME, IF_NONE_MATCH],
        responses={200: ClinicStatisticsSerializer, 304: NOT_MODIFIED},
    )
    @from_replica
    def get(self, request: Request) -> Response:
        """The clinic as a whole, and the distribution over its patients."""
        caller, now = caller_of(request), timezone.now()
        caller.require(Act.READ_STATISTICS)
        extreme = one_of(request.query_params, "extreme_high", BOOLEANS, "false") == "true"
        days, unit = _days(request), _unit(request)
        patients = followed_patients(caller, now)
        tag = _tag(request, caller, patients, now, None)
        if known := not_modified(request, lambda: tag):
            return known
        clinic = clinic_of(patients, days, now, extreme_high=extreme)
        answer = clinic_answer(clinic.looked, clinic.sums, clinic.categories, unit=unit)
        return tagged(Response({"days": days, "definitions": DEFINITIONS_VERSION, **answer}), tag)


def _results(caller: Caller, clinic: Clinic, page: Page[int], unit: str, now: datetime) -> list[dict[str, Any]]:
    people = shown([clinic.patients[place].id for place in page.rows])
    results = []
    for place, (patient, latest) in zip(page.rows, people, strict=True):
        one = clinic.patients[place]
        window = clinic.window_of(one)
        numbers = overview_row(clinic.looked, clinic.categories, place, window_minutes=window.minutes, unit=unit)
        told = {"start": window.start, "end": window.end, "timezone": one.timezone, "ranges": one.targets.ranges}
        results.append(patient_answer(caller, patient, latest, unit, now) | told | numbers)
    return results


def _tag(request: Request, caller: Caller, patients: list[Followed], now: datetime, chosen: set[UUID] | None) -> str:
    """Of the versions and the second, which ages and the length of today so far depend on."""
    versions = [(one.id, one.data_version, one.changed_at) for one in patients]
    acts = sorted(caller.limited_to) if caller.limited_to is not None else None
    whose = sorted(chosen) if chosen is not None else None
    return computed_tag(
        request, request.path, request.query_params.urlencode(), acts, int(now.timestamp()), versions, whose
    )


def _days(request: Request) -> int:
    most = min(MOST_DAYS, settings.MAX_WINDOW_DAYS)
    return whole_number(request.query_params, "days", DEFAULT_DAYS, lowest=1, highest=most)


def _unit(request: Request) -> str:
    return one_of(request.query_params, "unit", UNITS, GlucoseUnit.MG_DL.value)


def _name(part: Any) -> str:
    """The name of an order in a cursor."""
    if not isinstance(part, str) or len(part) > 32:
        raise ValueError
    return part


def _value(part: Any) -> float | None:
    """A value of a cursor."""
    if part is not None and not isinstance(part, int | float):
        raise ValueError
    return part
