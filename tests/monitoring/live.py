"""Prometheus and Alertmanager, the configuration and the rules of docker/monitoring/, against the processes of a demo.

Every target is up, every rule is evaluated, nothing that should not fires; then a worker stops in the middle (SIGSTOP),
and its alerts fire and reach Alertmanager.
"""

import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import psutil
import yaml

from embedded.demo.told import JOBS, addresses
from embedded.ports import free_ports

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "docker" / "monitoring"
START_SECONDS, FIRING_SECONDS, EVERY_SECONDS = 1200.0, 420.0, 1.0
# What a worker that does nothing any more is told by: the process, and its queue.
EXPECTED: Final = {("SaudeProcessSilent", "worker-bulk"), ("SaudeQueueWithoutWorker", "bulk")}


class NotSoError(Exception):
    """Something did not come to pass in time; the message says what."""


def checks() -> Iterator[tuple[str, bool]]:
    """Each thing with whether it is so; the demo and the servers end with it."""
    prometheus_port, alertmanager_port, port = free_ports(3)
    with tempfile.TemporaryDirectory(prefix="saude-monitoring-") as name, contextlib.ExitStack() as running:
        folder, first = Path(name), _seven_free()
        demo = [sys.executable, "-m", "tests.monitoring.demo_process", str(port), str(folder / "var"), str(first)]
        _run(running, folder, demo)
        _until("the demo", START_SECONDS, lambda: (folder / "var" / "demo.json").exists())
        _configure(folder, first, prometheus_port, alertmanager_port)
        _run(running, folder, ["prometheus-alertmanager", f"--config.file={FOLDER / 'alertmanager.yml'}",
                               f"--storage.path={folder / 'am'}", f"--web.listen-address=127.0.0.1:{alertmanager_port}",
                               "--cluster.listen-address="])  # fmt: skip
        _run(running, folder, ["prometheus", f"--config.file={folder / 'prometheus.yml'}",
                               f"--storage.tsdb.path={folder / 'tsdb'}",
                               f"--web.listen-address=127.0.0.1:{prometheus_port}"])  # fmt: skip
        told = f"http://127.0.0.1:{prometheus_port}/api/v1"
        _until("all targets to be up", 120, lambda: all(_targets(told).values()) and len(_targets(told)) >= len(JOBS))
        yield from ((f"target {job}", up) for job, up in sorted(_targets(told).items()))
        _until("every rule to be evaluated", 120, lambda: all(_rules(told).values()))
        yield from ((f"rule {rule}", ok) for rule, ok in sorted(_rules(told).items()))
        before = _firing(told) - {("SaudeWatchdog", "")}
        yield f"nothing fires before ({before or 'nothing'})", not before
        with _stopped(addresses(first)["worker-bulk"]):
            _until("the alerts of a worker that stopped", FIRING_SECONDS, lambda: _firing(told) >= EXPECTED)
            reached = {
                one["labels"]["alertname"] for one in _asked(f"http://127.0.0.1:{alertmanager_port}/api/v2/alerts")
            }
            yield "a worker that stopped fires its alerts", _firing(told) >= EXPECTED
            yield "and they reach Alertmanager", {name for name, _ in EXPECTED} <= reached
        _until("the alerts to be over", 120, lambda: not _firing(told) & EXPECTED)
        yield "and they are over when it goes on", True


def _configure(folder: Path, first: int, prometheus_port: int, alertmanager_port: int) -> None:
    """The committed file; only that the addresses are those of the demo."""
    told: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    at = {**addresses(first), "prometheus": f"127.0.0.1:{prometheus_port}"}
    at["alertmanager"] = f"127.0.0.1:{alertmanager_port}"
    told["rule_files"] = [str(FOLDER / "rules" / "*.yml")]
    told["alerting"]["alertmanagers"][0]["static_configs"] = [{"targets": [at["alertmanager"]]}]
    for scrape in told["scrape_configs"]:
        scrape.pop("dns_sd_configs", None)
        scrape["static_configs"] = [{"targets": [at[scrape["job_name"]]]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(told))


def _run(running: contextlib.ExitStack, folder: Path, command: list[str]) -> None:
    log = running.enter_context((folder / f"{Path(command[0]).name}.log").open("wb"))
    process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    running.callback(process.wait, 60)
    running.callback(process.terminate)


@contextlib.contextmanager
def _stopped(address: str) -> Iterator[None]:
    """Every process that was told to answer there stands still meanwhile."""
    found = [process for process in psutil.process_iter() if _environment(process).get("METRICS_ADDRESS") == address]
    if not found:
        raise NotSoError("there is no worker to stop")
    for process in found:
        process.suspend()
    try:
        yield
    finally:
        for process in found:
            process.resume()


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except (psutil.Error, OSError):
        return {}


def _targets(told: str) -> dict[str, bool]:
    active = _asked(f"{told}/targets?state=active")["data"]["activeTargets"]
    return {one["labels"]["job"]: one["health"] == "up" for one in active}


def _rules(told: str) -> dict[str, bool]:
    groups = _asked(f"{told}/rules")["data"]["groups"]
    return {
        f"{rule['name']} {rule['labels']['severity']}": rule["health"] == "ok"
        for group in groups
        for rule in group["rules"]
    }


def _firing(told: str) -> set[tuple[str, str]]:
    """The alerts that fire, each with the queue or the job that it names."""
    alerts = _asked(f"{told}/alerts")["data"]["alerts"]
    return {
        (one["labels"]["alertname"], one["labels"].get("queue", one["labels"].get("job", "")))
        for one in alerts
        if one["state"] == "firing"
    }


def _asked(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 -- our own servers
        return json.load(answer)


def _until(what: str, seconds: float, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if condition():
                return
        time.sleep(EVERY_SECONDS)
    raise NotSoError(f"waited {seconds:.0f} s for {what}")


def _seven_free() -> int:
    """The first of as many ports in a row that nobody listens on."""
    for first in free_ports(20):
        try:
            for number in range(len(JOBS)):
                _require(first + number)
        except OSError:
            continue
        return first
    raise NotSoError("there are not seven free ports in a row")


def _require(port: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
