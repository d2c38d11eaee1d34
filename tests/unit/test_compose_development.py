"""What docker/compose.dev.yml changes of docker-compose.yml: it is laid over it, so all else stays as in production."""

import re
from typing import Any

import yaml

from tests.unit.test_compose import APPS, COMPOSE, DEVELOPMENT, ROOT, SERVICES, WORKERS
from tests.unit.test_settings import defaults


class Overlay(yaml.SafeLoader):
    """YAML with Compose's own tags."""


def overriding(loader: Overlay, node: yaml.SequenceNode) -> list[Any]:
    """A list in place of the one below, which Compose would add to."""
    return loader.construct_sequence(node)


Overlay.add_constructor("!override", overriding)

READ: dict[str, Any] = yaml.load(DEVELOPMENT, Overlay)  # noqa: S506 - a safe loader with one tag more
CHANGED: dict[str, dict[str, Any]] = READ["services"]
MAKEFILE = (ROOT / "Makefile").read_text()


class TestTheOverlay:
    def test_has_a_name_of_its_own_so_that_its_volumes_are_its_own(self) -> None:
        assert READ["name"] != COMPOSE["name"]

    def test_changes_services_that_are_there_and_adds_the_vendor_alone(self) -> None:
        assert set(CHANGED) - set(SERVICES) == {"vendor"}

    def test_publishes_on_localhost_only_each_port_once(self) -> None:
        published = [port for service in CHANGED.values() for port in service.get("ports", [])]
        ports = re.findall(r":-(\d+)\}:", " ".join(published))

        assert all(port.startswith("127.0.0.1:") for port in published)
        assert len(ports) == len(published) == len({*ports, "8001", "9443"}) - 2

    def test_mounts_the_sources_for_reading_in_each_process_of_ours(self) -> None:
        assert all(".:/app:ro" in CHANGED[name]["volumes"] for name in (*APPS, "vendor"))

    def test_is_of_a_user_that_is_not_root(self) -> None:
        assert {CHANGED[name]["user"] for name in (*APPS, "vendor")} == {"${DEV_USER:-1000:1000}"}

    def test_runs_one_web_that_begins_anew_and_watches_the_others(self) -> None:
        assert CHANGED["web"]["command"][:3] == ["python", "manage.py", "runserver"]
        assert CHANGED["web"]["deploy"]["replicas"] == 1
        watched = {name for name, service in CHANGED.items() if "develop" in service}
        assert watched == {"live", "scheduler", "exporter", *WORKERS}
        assert {rule["action"] for name in watched for rule in CHANGED[name]["develop"]["watch"]} == {"restart"}

    def test_asks_the_simulated_vendor_and_writes_mails_to_files(self) -> None:
        for name in APPS:
            environment = CHANGED[name]["environment"]
            assert environment["LIBRELINKUP_GLOBAL_URL"] == "http://vendor:8101"
            assert environment["EMAIL_URL"] == "filemail:////srv/mail"
            assert set(environment) <= set(defaults())
        assert "8101" in CHANGED["vendor"]["entrypoint"]

    def test_leaves_what_development_does_not_need_to_who_asks_for_it(self) -> None:
        waiting = {name for name, service in CHANGED.items() if service.get("profiles")}

        assert waiting == {"backup", "nginx", "portainer", "portainer-gate"}


def test_the_vendor_is_as_closed_as_every_service() -> None:
    vendor = CHANGED["vendor"]

    assert (vendor["read_only"], vendor["cap_drop"]) == (True, ["ALL"])
    assert vendor["security_opt"] == ["no-new-privileges:true"]
    assert set(vendor["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert vendor["healthcheck"]["test"][0] == "CMD"


def test_make_dev_is_the_one_command() -> None:
    (recipe,) = re.findall(r"^dev:\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)

    assert "-f docker-compose.yml -f docker/compose.dev.yml up --build --watch" in recipe
    for folder in re.findall(r"\./var/(dev/\w+):", DEVELOPMENT):
        assert f"var/{folder}" in recipe
