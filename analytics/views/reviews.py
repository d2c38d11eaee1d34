"""`reviews/` and `reviews/rules/`."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from accounts.roles import Act
from analytics.metrics.categories import CATEGORIES
from analytics.review_serializers import (
    QueueCountsSerializer,
    QueuedSerializer,
    ReviewRulesBodySerializer,
    ReviewRulesSerializer,
    queued_answer,
    rules_answer,
    rules_of_body,
)
from analytics.reviews import ORDERINGS, DueState, counts_of, key_of
from analytics.selectors.overview import chosen_ids
from analytics.selectors.reviews import people_of, queue_page, review_queue
from api.pages import page_answer, page_of, requested_page
from api.schema import CURSOR_PARAMETERS, page_schema, query
from api.windows import one_of
from patients.reviews import rules_of, set_rules

# What is asked for by one word; "now" is the queue itself.
STATES = {
    "now": frozenset({DueState.OVERDUE, DueState.DUE}),
    **{state.value: frozenset({state}) for state in DueState},
    "all": frozenset(DueState),
}
CHOSEN_BY = ("clinician", "diabetes_type", "search")


class ReviewQueue(APIView):
    """Who is due for review."""

    @extend_schema(
        operation_id="reviews_list",
        parameters=[
            query("state", "now: due and overdue ones.", enum=list(STATES)),
            query("category", "Only those who are in this category of the overview.", enum=CATEGORIES),
            query("clinician", "Only those in the care of this user.", OpenApiTypes.UUID),
            query("diabetes_type", "Only those with this type."),
            query("search", "Words of the name, or an external reference."),
            query("ordering", "urgency: those whom a category calls, then who is due longest.", enum=ORDERINGS),
            *CURSOR_PARAMETERS,
        ],
        responses=page_schema(
            QueuedSerializer,
            today=serializers.DateField(),
            timezone=serializers.CharField(),
            counts=QueueCountsSerializer(),
        ),
    )
    def get(self, request: Request) -> Response:
        """The patients who are due, why in words, and their last review."""
        caller, given = caller_of(request), request.query_params
        caller.require(Act.READ_REVIEWS)
        asked = requested_page(request, "reviews", [_whole, _whole, UUID])
        ordering = one_of(given, "ordering", ORDERINGS, "urgency")
        state = one_of(given, "state", tuple(STATES), "now")
        category = one_of(given, "category", CATEGORIES, CATEGORIES[0]) if "category" in given else None
        chosen = chosen_ids(caller, {name: given[name] for name in CHOSEN_BY if name in given})
        queue = review_queue(caller, timezone.now())
        rows = queue_page(queue, asked, ordering=ordering, states=STATES[state], category=category, chosen=chosen)
        page = page_of(rows, asked, lambda one: key_of(one, ordering))
        people = people_of(page.rows)
        answer = page_answer(request, page, [queued_answer(one, queue, *people) for one in page.rows])
        beside = {"timezone": queue.rules.timezone, "counts": counts_of(queue.patients, queue.today)}
        return Response(answer | {"today": queue.today} | beside)


class ReviewRules(APIView):
    """How the clinic reviews."""

    @extend_schema(operation_id="review_rules_read", responses=ReviewRulesSerializer)
    def get(self, request: Request) -> Response:
        """The clinic's cadence, the zone of its days, and the categories that bring somebody in."""
        return Response(rules_answer(rules_of(caller_of(request))))

    @extend_schema(operation_id="review_rules_set", request=ReviewRulesBodySerializer, responses=ReviewRulesSerializer)
    def put(self, request: Request) -> Response:
        """Let the clinic review so from now on, as a whole."""
        caller = caller_of(request)
        caller.require(Act.SET_REVIEWS)
        body = ReviewRulesBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(rules_answer(set_rules(caller, rules_of_body(body.validated_data), now=timezone.now())))


def _whole(part: object) -> int:
    if isinstance(part, bool) or not isinstance(part, int):
        raise ValueError
    return part
