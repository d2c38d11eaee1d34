"""Whether the process of a container works: `python -m docker.healthcheck web|live|exporter|scheduler`,
or `worker critical|default|bulk` for the worker of a queue.

0 is healthy; else 1, with the reason where `docker inspect` shows it.
"""

import http.client
import os
import sys

import django
from django.conf import settings

TIMEOUT_SECONDS = 4.0
# What a process with a port is asked. Streams that are open outlast a database that is away for a while.
ASKED = {"web": (8000, "/health/ready/"), "live": (8000, "/health/live/"), "exporter": (9100, "/live")}


def served(role: str) -> str:
    """The server answers that it can serve requests, asked under a host name that it accepts."""
    host = next((name for name in settings.ALLOWED_HOSTS if not name.startswith(("*", "."))), "localhost")
    port, path = ASKED[role]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
    except OSError as error:
        return f"{role} does not answer: {error}"
    finally:
        connection.close()
    return "ok" if answer.status == 200 else f"{answer.status} {body[:200]}"


def told(role: str, *queues: str) -> str:
    """What the health document tells of the process, asked without HTTP.

    A worker's beat is sent by the scheduler, so without a scheduler the workers turn unhealthy too: they stand idle.
    """
    django.setup()
    from project import health  # only after django.setup()

    try:
        return health.worker_of(*queues) if role == "worker" else health.PARTS[role]()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def main(role: str, *queues: str) -> int:
    """Tell the state, and end with it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    state = served(role) if role in ASKED else told(role, *queues)
    sys.stdout.write(f"{state}\n")
    return 0 if state == "ok" else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
