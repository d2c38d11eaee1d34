"""The processes of the demo, in the order in which they start."""

import asyncio
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from embedded import database, redis
from embedded.demo.cast import CLINICS, ROLES
from embedded.demo.state import State, write_private
from embedded.service import Service

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
# One client that forgets a transaction holds up all the others: less than the scheduler's lease.
IDLE_TRANSACTION_SECONDS = 5
_WORKERS = (sys.executable, "-m", "project.workers")
# By the queues of the product, which nothing here imports. Each thread is a connection to the one database process.
THREADS = {"critical": 2, "default": 3, "bulk": 1}
LOG = ("--logger-class", "project.server_log.Logger")  # both as in docker-compose.yml
LIMITS = ("--timeout", "60", "--limit-request-line", "8190")


def services(state: State, folder: Path, port: int) -> list[Service]:
    """Database, Redis, the vendor, then the product."""
    environment = product_environment(state) | {
        "PUBLIC_URL": f"http://{HOST}:{port}",
        "EMAIL_URL": f"filemail:///{folder.absolute() / 'mail'}",
    }
    config = folder / "redis.conf"
    (folder / "redis").mkdir(exist_ok=True)
    redis.write_config(config, port=state.redis_port, password=state.redis_password, folder=folder / "redis", keep=True)
    manage = [sys.executable, str(ROOT / "manage.py")]
    return [
        Service(
            name="database",
            command=database.command(
                port=state.database_port,
                data_dir=folder / "database",
                options={"idle-transaction-seconds": IDLE_TRANSACTION_SECONDS},
            ),
            environment=database.environment(state.database_password),
            ready=lambda: database.answers(environment["DATABASE_URL"]),
            restart=True,
        ),
        Service(
            name="redis",
            command=redis.command(config),
            ready=lambda: redis.answers(state.redis_port, state.redis_password),
            restart=True,
        ),
        Service(
            name="vendor",
            command=_vendor(state, folder),
            folder=ROOT,
            ready=lambda: _answers(f"{simulator_url(state)}/_sim/clock"),
        ),
        Service(
            name="migrate",
            command=[*manage, "migrate", "--verbosity=1"],
            environment=environment,
            one_shot=True,
        ),
        # These say through /health/ that they are up; meanwhile the next ones start.
        *_workers(environment),
        Service(name="scheduler", command=[*manage, "run_scheduler"], environment=environment, restart=True),
        Service(
            name="roster",
            command=[*manage, "load_roster", str(_roster(state, folder))],
            environment=environment,
            one_shot=True,
        ),
        Service(
            name="web",
            command=_web(state.web_port),
            environment=environment,
            folder=ROOT,
            ready=lambda: _answers(f"http://{HOST}:{state.web_port}/health/live/"),
        ),
        Service(
            name="live",
            command=[*manage, "run_live", "--host", HOST, "--port", str(state.live_port)],
            environment=environment,
            folder=ROOT,
            ready=lambda: _answers(f"http://{HOST}:{state.live_port}/health/live/"),
            restart=True,
        ),
        Service(
            name="front",
            command=_front(state, port),
            folder=ROOT,
            ready=lambda: _answers(f"http://{HOST}:{port}/health/live/"),
            restart=True,
        ),
    ]


def product_environment(state: State) -> dict[str, str]:
    """What the product reads from its environment."""
    vendor = simulator_url(state)
    return {
        "SECRET_KEY": state.secret_key,
        "FIELD_ENCRYPTION_KEYS": state.field_key,
        "BLIND_INDEX_KEYS": state.index_key,
        "DATABASE_URL": database.database_url(port=state.database_port, password=state.database_password, memory=False),
        "REDIS_URL": redis.redis_url(state.redis_port, state.redis_password),
        "LIBRELINKUP_GLOBAL_URL": vendor,
        "LIBRELINKUP_REGION_URL": vendor + "/{region}",
        "SECURE_COOKIES": "false",
        "LOG_FORMAT": "line",
        # There are few users, and one of them may want to see a thousand streams.
        "LIVE_STREAMS_PER_USER": "1000",
        "PYTHONUNBUFFERED": "1",
    }


def simulator_url(state: State) -> str:
    """Where the simulated vendor answers."""
    return f"http://{HOST}:{state.simulator_port}"


def _vendor(state: State, folder: Path) -> list[str]:
    keep = str(folder / "simulator.jsonl")
    return [sys.executable, "-m", "simulator", "--port", str(state.simulator_port), "--state", keep]


def _web(port: int) -> list[str]:
    options = ["--worker-class", "gthread", "--workers", "1", "--threads", "4", "--bind", f"{HOST}:{port}"]
    return [sys.executable, "-m", "gunicorn", *options, "--no-control-socket", *LOG, *LIMITS, "project.wsgi"]


def _front(state: State, port: int) -> list[str]:
    to = ["--web", str(state.web_port), "--live", str(state.live_port)]
    return [sys.executable, "-m", "embedded.front", "--port", str(port), *to]


def _workers(environment: Mapping[str, str]) -> list[Service]:
    """One process for each queue."""
    return [
        Service(
            name=f"worker-{queue}",
            command=[*_WORKERS, "--queues", queue, "--processes", "1", "--threads", str(threads)],
            environment=environment,
            folder=ROOT,
            restart=True,
            # What runs has ten seconds to finish before it goes back to its queue.
            stop_timeout=30.0,
        )
        for queue, threads in THREADS.items()
    ]


def _roster(state: State, folder: Path) -> Path:
    clinics = [
        {
            "name": clinic.name,
            "members": [
                {
                    "username": clinic.username(role),
                    "password": state.user_password,
                    "name": f"{role.capitalize()} of {clinic.name}",
                    "role": role,
                }
                for role in ROLES
            ],
        }
        for clinic in CLINICS
    ]
    path = folder / "roster.json"
    write_private(path, json.dumps({"clinics": clinics}, indent=2))
    return path


async def _answers(url: str) -> bool:
    return await asyncio.to_thread(_ok, url)


def _ok(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 -- our own servers
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
