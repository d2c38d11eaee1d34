"""`--metrics PORT`: every process of the product tells Prometheus on a port of its own, and the exporter runs too."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from embedded.service import Service

HOST: Final = "127.0.0.1"
# As the jobs of docker/monitoring/prometheus.yml are called; their ports follow each other in this order.
JOBS: Final = ("web", "live", "worker-critical", "worker-default", "worker-bulk", "scheduler", "exporter")


def addresses(first: int) -> dict[str, str]:
    """Where each job answers."""
    return {job: f"{HOST}:{first + number}" for number, job in enumerate(JOBS)}


def telling(parts: list[Service], first: int, root: Path) -> list[Service]:
    """The same services, told where to answer, and the exporter beside the scheduler."""
    at = addresses(first)
    found = []
    for part in parts:
        if part.name in at:
            part = replace(part, environment={**part.environment, "METRICS_ADDRESS": at[part.name]})
        found.append(part)
        if part.name == "scheduler":
            command = [sys.executable, str(root / "manage.py"), "run_exporter"]
            own = {**part.environment, "METRICS_ADDRESS": at["exporter"]}
            found.append(replace(part, name="exporter", command=command, environment=own))
    return found
