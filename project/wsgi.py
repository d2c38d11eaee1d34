"""The WSGI entry for gunicorn."""

import logging
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.http import HttpRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django = get_wsgi_application()

from accounts import identity  # noqa: E402
from project import checks, edge, problems  # noqa: E402 -- only after Django is set up

checks.refuse_wrong_settings()

if settings.STATEMENT_TIMEOUT_SECONDS:
    # Before the first connection: the pool takes what stands here. PgBouncer lets no options pass.
    if settings.DATABASE_BEHIND_PGBOUNCER:
        identity.limit_statements(settings.STATEMENT_TIMEOUT_SECONDS)
    for each in [] if settings.DATABASE_BEHIND_PGBOUNCER else connections.all():
        options = each.settings_dict["OPTIONS"]
        wanted = f"-c statement_timeout={settings.STATEMENT_TIMEOUT_SECONDS * 1000:.0f}"
        options["options"] = f"{options.get('options', '')} {wanted}".strip()

log = logging.getLogger(__name__)


def application(head: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django; and where the request's head is such that Django cannot even begin, a problem all the same."""
    try:
        return django(head, start_response)
    except Exception:
        log.exception("a request could not be begun")
        request = HttpRequest()
        request.path = head.get("PATH_INFO", "/")
        refused = problems.response(request, problems.BAD_REQUEST, "The head of the request cannot be understood.")
        # No middleware has seen it.
        sent = edge.headers(request.path, refused["Content-Type"]) | {"X-Content-Type-Options": "nosniff"}
        start_response("400 Bad Request", [*refused.items(), *sent.items()])
        return [refused.content]
