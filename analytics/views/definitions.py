"""`definitions/`."""

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.category_definitions import CATEGORY_DEFINITIONS
from analytics.definitions import DEFINITIONS, RULES
from analytics.explain_serializers import DefinitionsSerializer
from analytics.metrics import DEFINITIONS_VERSION
from analytics.metrics.targets import CONSENSUS


class Definitions(APIView):
    """What the numbers mean: for everybody who may sign in."""

    acts = {"GET": None}

    @extend_schema(operation_id="definitions", responses=DefinitionsSerializer)
    def get(self, request: Request) -> Response:
        """Every number with unit, formula and source; the targets with goals; the categories."""
        return Response(
            {
                "version": DEFINITIONS_VERSION,
                "rules": RULES,
                "targets": [asdict(one) for one in CONSENSUS.values()],
                "categories": [asdict(one) for one in CATEGORY_DEFINITIONS],
                "results": [asdict(one) for one in DEFINITIONS],
            }
        )
