"""`data/counts/`: what a page that stays open asks every half minute."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import caller_of
from dashboard.counts import counts_of


class CountsView(APIView):
    """What waits for the caller."""

    def get(self, request: Request) -> Response:
        """How many notifications are not read, and how many alerts are open."""
        return Response(counts_of(caller_of(request)))
