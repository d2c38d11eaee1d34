"""What docker/monitoring/ asks for, the product tells: each name, with each label. Nothing here needs Prometheus."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from prometheus_client import REGISTRY, Counter, Gauge, Histogram

from glucose import ingest_metrics  # noqa: F401 -- whose metrics are registered by importing them
from project.live import hub  # noqa: F401 -- the same
from project.metrics import process, requests  # noqa: F401 -- the same
from project.metrics.figures import DatabaseFigures
from project.metrics.machine import MachineFigures
from project.metrics.queues import RedisFigures
from project.metrics.schedules import ScheduleFigures
from tests.unit.test_compose import APPS, SERVICES
from work import actor_metrics  # noqa: F401 -- the same

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "docker/monitoring"
RULES: Final = [
    rule for group in yaml.safe_load((FOLDER / "rules/saude.yml").read_text())["groups"] for rule in group["rules"]
]
CASES: Final = yaml.safe_load((ROOT / "tests/monitoring/cases.yml").read_text())["tests"]
BOARDS: Final = {path.stem: json.loads(path.read_text()) for path in (FOLDER / "grafana/dashboards").glob("*.json")}
SCRAPES: Final[dict[str, Any]] = {
    each["job_name"]: each for each in yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"]
}
# What Prometheus adds to all that it is told, and what it tells itself.
ADDED: Final = {"job", "instance"}
ITS_OWN: Final = {"up": set[str](), "ALERTS": {"alertstate", "alertname"}}
NAME: Final = re.compile(r"\b(up|ALERTS|saude_[a-z_]+)\b(?:\{([^}]*)\})?")


def told() -> dict[str, set[str]]:
    """Each name that the product tells, and its labels."""
    found: dict[str, set[str]] = {}
    for metric in set(REGISTRY._names_to_collectors.values()):
        if isinstance(metric, Counter):
            found[f"{metric._name}_total"] = set(metric._labelnames)
        elif isinstance(metric, Histogram):
            found |= {f"{metric._name}_{end}": set(metric._labelnames) for end in ("count", "sum")}
            found[f"{metric._name}_bucket"] = {*metric._labelnames, "le"}
        elif isinstance(metric, Gauge):
            found[metric._name] = set(metric._labelnames)
    asked = [DatabaseFigures().describe(), RedisFigures().describe(), MachineFigures().describe()]
    for family in [*(each for families in asked for each in families), *ScheduleFigures().collect()]:
        end = "_total" if family.type == "counter" else ""
        found[f"{family.name}{end}"] = set(family._labelnames)  # type: ignore[attr-defined]
    return found


def asked() -> Iterator[tuple[str, str]]:
    """Each expression, with where it stands."""
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for name, board in BOARDS.items():
        for panel in board["panels"]:
            for target in panel["targets"]:
                yield f"{name}: {panel['title']}", target["expr"]


@pytest.mark.parametrize(("where", "expression"), list(asked()))
def test_each_expression_asks_for_what_the_product_tells(where: str, expression: str) -> None:
    known = told() | ITS_OWN
    used = NAME.findall(expression)

    assert used or expression == "vector(1)"
    labels_of_all = set[str](ADDED)
    for name, matchers in used:
        assert name in known, where
        assert set(re.findall(r"([a-z_]+)\s*(?:=~|!~|!=|=)", matchers)) <= known[name] | ADDED, where
        labels_of_all |= known[name]
    for names in re.findall(r"(?:by|on)\s*\(([^)]*)\)", expression):
        assert {name.strip() for name in names.split(",")} - {""} <= labels_of_all, where


@pytest.mark.parametrize("board", sorted(BOARDS))
def test_each_curve_is_called_by_labels_that_it_has(board: str) -> None:
    for panel in BOARDS[board]["panels"]:
        for target in panel["targets"]:
            named = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            kept = {
                name.strip()
                for names in re.findall(r"(?:by|on)\s*\(([^)]*)\)", target["expr"])
                for name in names.split(",")
            }
            assert named <= kept, panel["title"]


def test_each_board_is_one_that_grafana_finds() -> None:
    (source, _) = yaml.safe_load((FOLDER / "grafana/provisioning/datasources/prometheus.yml").read_text())[
        "datasources"
    ]

    assert set(BOARDS) == {"overview", "api", "work", "sync", "database"}
    assert len({board["uid"] for board in BOARDS.values()}) == len(BOARDS)
    for board in BOARDS.values():
        assert {"title", "panels", "schemaVersion", "time"} <= board.keys()
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
        for panel in board["panels"]:
            assert panel["type"] in ("timeseries", "stat")
            assert panel["datasource"] == {"type": source["type"], "uid": source["uid"]}
            assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24


class TestAlerts:
    def test_each_has_a_case_in_which_it_fires_and_stays_silent_where_all_is_well(self) -> None:
        alerts = {rule["alert"] for rule in RULES}
        tried = [(case["name"], one) for case in CASES for one in case["alert_rule_test"]]

        assert {one["alertname"] for _, one in tried if one["exp_alerts"]} == alerts
        silent = {one["alertname"] for name, one in tried if name == "all is well" and not one["exp_alerts"]}
        assert silent == alerts - {"SaudeWatchdog"}

    def test_each_has_a_paragraph_that_says_what_to_do(self) -> None:
        text = (ROOT / "docs/operate/alerts.md").read_text()
        paragraphs = dict(re.findall(r"^### (\w+)\n\n(.+?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL))

        assert set(paragraphs) == {rule["alert"] for rule in RULES}
        assert all(len(paragraph.split()) > 15 for paragraph in paragraphs.values())

    @pytest.mark.parametrize("rule", RULES, ids=[f"{rule['alert']}-{rule['labels']['severity']}" for rule in RULES])
    def test_each_says_how_urgent_it_is_and_what_is_wrong(self, rule: dict[str, Any]) -> None:
        assert rule["labels"]["severity"] in ("critical", "warning", "none")
        assert rule["annotations"].keys() == {"summary"}


class TestTargets:
    def test_every_process_that_stays_is_asked(self) -> None:
        # The operators' pages run only where somebody asks for them, and a migration ends.
        assert set(SCRAPES) == {*APPS, "prometheus", "alertmanager"} - {"migrate", "admin"}

    @pytest.mark.parametrize("name", sorted(set(SCRAPES) - {"prometheus", "alertmanager"}))
    def test_each_is_asked_where_it_answers(self, name: str) -> None:
        host, port = SERVICES[name]["environment"]["METRICS_ADDRESS"].split(":")
        scrape = SCRAPES[name]
        static = [target for one in scrape.get("static_configs", []) for target in one["targets"]]
        found = [(one["names"], one["type"], one["port"]) for one in scrape.get("dns_sd_configs", [])]

        assert host == "0.0.0.0"  # noqa: S104 -- inside of the container
        assert static == [f"{name}:{port}"] or found == [([name], "A", int(port))]
        assert "monitoring" in SERVICES[name]["networks"]

    @pytest.mark.parametrize("name", sorted({*APPS} - {"migrate", "exporter"}))
    def test_the_processes_of_a_container_share_a_folder_in_memory(self, name: str) -> None:
        folder = SERVICES[name]["environment"]["METRICS_FOLDER"]

        assert any(mount.startswith(f"{folder}:") for mount in SERVICES[name]["tmpfs"])
