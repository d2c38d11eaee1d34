"""Reads that a replica answers: whole GETs of the views that say so, in the name of whom the primary has let in.

The primary checks token, key and membership, so that what ends a sign-in acts at once. Then, where the replica is
there, near enough, and as far as whatever this user was last told, the view runs there, in a transaction of its own.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from psycopg.errors import QueryCanceled
from rest_framework.request import Request

from accounts import identity, replica_standing
from accounts.models import User

log = logging.getLogger(__name__)
View = Callable[..., Any]


def from_replica(view: View) -> View:
    """Of a ``get``: the replica's answer where there is a good one, else the primary's.

    Whatever goes wrong there is asked of the primary again: who was told of a patient that the replica does not have
    yet gets no 404. The view must read everything before it returns, and change nothing.
    """

    @wraps(view)
    def answered(self: Any, request: Request, *arguments: Any, **named: Any) -> Any:
        if not settings.DATABASE_REPLICA_URL or not isinstance(request.user, User):
            return view(self, request, *arguments, **named)
        if replica_standing.refusal(request.user.id) is None:
            try:
                with _reading(request.user.id):
                    answer = view(self, request, *arguments, **named)
                if not answer.streaming:
                    request._request.by_replica = True  # type: ignore[attr-defined]
                return answer
            except replica_standing.AWAY as error:
                # A statement that took too long here takes as long there.
                if isinstance(error.__cause__, QueryCanceled):
                    raise
                replica_standing.leave_alone(error)
            except Exception as error:
                log.debug("asked of the primary again: %s", type(error).__name__)
        return view(self, request, *arguments, **named)

    return answered


@contextmanager
def _reading(user_id: UUID) -> Iterator[None]:
    """Everything that asks the database asks the replica, in the user's name."""
    primary, replica = connections[DEFAULT_DB_ALIAS], connections[replica_standing.ALIAS]
    # The deadline of the request.
    replica.execute_wrappers = primary.execute_wrappers
    connections[DEFAULT_DB_ALIAS] = replica
    try:
        with transaction.atomic():
            identity.name_actor(user_id)
            yield
    finally:
        connections[DEFAULT_DB_ALIAS] = primary
        replica.execute_wrappers = []
