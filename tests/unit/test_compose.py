"""What docker-compose.yml and docker/ promise. There is no Docker here: the files are read, the programs are run."""

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
import yaml
from cryptography.fernet import Fernet
from django.conf import settings
from jsonschema import Draft202012Validator

from tests.unit.test_settings import SECRETS, defaults, example, written
from work.hand_back import GRACE_SECONDS
from work.queues import QUEUES

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
DEVELOPMENT = (ROOT / "docker/compose.dev.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
WORKERS = tuple(f"worker-{queue}" for queue in QUEUES)
APPS = ("migrate", "web", "live", "admin", *WORKERS, "scheduler", "exporter")
DOCKERFILE = (ROOT / "docker/Dockerfile").read_text()
# Read by the settings, but not for whoever deploys to choose: docker-compose.yml or the image fixes them.
FIXED = {"DEBUG", "BEHIND_PROXY", "STATIC_ROOT", "MEDIA_ROOT", "ADMIN_ENABLED"} | {
    "METRICS_ADDRESS",
    "METRICS_FOLDER",
    "METRICS_VOLUMES",
    "METRICS_TLS",
}
PINNED = re.compile(r"[a-z0-9./-]+:v?\d[\w.-]*\.\d+[\w.-]*")
# What a container may write to besides its volumes, and what is gone with it.
PASSING = {"/tmp", "/var/run/postgresql", "/run/metrics"}  # noqa: S108

every_service = pytest.mark.parametrize("name", sorted(SERVICES))


@pytest.mark.parametrize("text", [TEXT, DEVELOPMENT])
def test_no_name_is_given_twice_which_compose_refuses(text: str) -> None:
    pending: list[yaml.Node | None] = [yaml.compose(text)]
    twice = []
    while pending:
        node = pending.pop()
        if isinstance(node, yaml.MappingNode):
            names = [name.value for name, _ in node.value]
            twice += [name for name in set(names) if names.count(name) > 1]
            pending += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            pending += node.value

    assert twice == []


def test_the_file_follows_the_compose_specification() -> None:
    schema = json.loads((ROOT / "tests/unit/data/compose-spec.json").read_text())
    read = yaml.safe_load(re.sub(r"\$\{\w+:-(.*?)\}", r"\1", TEXT))

    assert [error.message for error in Draft202012Validator(schema).iter_errors(read)] == []


class TestPorts:
    def test_only_nginx_publishes_a_port_to_the_world(self) -> None:
        world = [
            name
            for name, service in SERVICES.items()
            if any(
                not port.startswith(("127.0.0.1:", "${PORTAINER_BIND:-127.0.0.1}:"))
                for port in service.get("ports", [])
            )
        ]

        assert world == ["nginx"]

    def test_the_operators_pages_listen_on_localhost_only_and_where_they_are_asked_for(self) -> None:
        assert SERVICES["admin"]["ports"] == ["127.0.0.1:${ADMIN_PORT:-8001}:8000"]
        assert SERVICES["admin"]["profiles"] == ["admin"]
        assert [name for name in APPS if "ADMIN_ENABLED" in SERVICES[name]["environment"]] == ["admin"]
        assert [name for name in APPS if "database_url_operator" in str(SERVICES[name])] == ["admin"]

    def test_portainer_is_reached_by_its_gate_only_which_listens_on_localhost_where_nothing_else_is_said(self) -> None:
        assert "ports" not in SERVICES["portainer"]
        assert SERVICES["portainer-gate"]["ports"] == ["${PORTAINER_BIND:-127.0.0.1}:9443:9443"]

    def test_what_may_be_scaled_has_no_port_and_no_name_of_its_own(self) -> None:
        for name in ("web", "live", "scheduler", *WORKERS):
            assert not {"ports", "container_name", "hostname"} & set(SERVICES[name])


class TestNetworks:
    @pytest.mark.parametrize("name", ["db", "redis"])
    def test_what_holds_the_data_has_no_way_out(self, name: str) -> None:
        assert all(COMPOSE["networks"][network].get("internal") for network in SERVICES[name]["networks"])

    def test_only_the_edge_the_workers_and_those_that_publish_or_tell_have_a_way_out(self) -> None:
        out = {network for network, options in COMPOSE["networks"].items() if not options.get("internal")}

        assert {name for name, service in SERVICES.items() if out & set(service.get("networks", ()))} == {
            "nginx",
            *WORKERS,
            "admin",
            "portainer-gate",
            "acme",
            "alertmanager",
            "grafana",
        }

    def test_portainer_shares_its_network_with_its_gate_alone(self) -> None:
        shared = {name for name, service in SERVICES.items() if "admin" in service.get("networks", ())}

        assert shared == {"portainer", "portainer-gate"}
        assert SERVICES["portainer"]["networks"] == ["admin"]

    def test_each_is_used(self) -> None:
        used = {network for service in SERVICES.values() for network in service.get("networks", ())}

        assert used == set(COMPOSE["networks"])

    def test_prometheus_reaches_who_tells_it_and_nothing_that_holds_data(self) -> None:
        there = {name for name, service in SERVICES.items() if "monitoring" in service.get("networks", ())}

        assert SERVICES["prometheus"]["networks"] == ["monitoring"]
        assert there == {"web", "live", *WORKERS, "scheduler", "exporter", "prometheus", "alertmanager", "grafana"}

    def test_grafana_listens_on_localhost_only_and_the_others_of_the_monitoring_nowhere(self) -> None:
        monitoring = {name for name, service in SERVICES.items() if service.get("profiles") == ["monitoring"]}

        assert SERVICES["grafana"]["ports"] == ["127.0.0.1:${GRAFANA_PORT:-3000}:3000"]
        assert [name for name in sorted(monitoring) if "ports" in SERVICES[name]] == ["grafana"]
        assert monitoring == {"exporter", "prometheus", "alertmanager", "grafana"}
        assert [name for name in APPS if "database_url_monitoring" in str(SERVICES[name])] == ["exporter"]

    def test_nginx_does_not_reach_the_database(self) -> None:
        assert not set(SERVICES["nginx"]["networks"]) & set(SERVICES["db"]["networks"])


@every_service
class TestEveryService:
    def test_has_a_health_check_or_ends_by_itself(self, name: str) -> None:
        if name == "migrate":
            awaited = [other.get("depends_on", {}).get(name, {}).get("condition") for other in SERVICES.values()]
            assert "service_completed_successfully" in awaited
        else:
            assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")

    def test_does_not_run_as_root(self, name: str) -> None:
        user, _, group = SERVICES[name]["user"].partition(":")

        assert int(user) > 0
        assert int(group) > 0

    def test_gains_no_privileges(self, name: str) -> None:
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert "cap_add" not in SERVICES[name]
        assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]

    def test_is_read_only_but_for_its_volumes_and_what_is_gone_when_it_ends(self, name: str) -> None:
        assert SERVICES[name]["read_only"] is True
        assert {mount.partition(":")[0] for mount in SERVICES[name].get("tmpfs", [])} <= PASSING

    def test_mounts_files_of_the_repository_for_reading_only(self, name: str) -> None:
        mounts = SERVICES[name].get("volumes", [])

        assert all(mount.endswith(":ro") for mount in mounts if mount.startswith("./"))
        assert all((ROOT / mount.partition(":")[0]).exists() for mount in mounts if mount.startswith("./"))

    def test_is_limited(self, name: str) -> None:
        assert set(SERVICES[name]["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}

    def test_has_a_pinned_image_or_one_of_ours(self, name: str) -> None:
        image = SERVICES[name]["image"]

        assert PINNED.fullmatch(image) or ("build" in SERVICES[name] and image.endswith(":local}"))
        assert SERVICES[name].get("pull_policy") == (
            "${SAUDE_PULL_POLICY:-never}" if "build" in SERVICES[name] else None
        )

    def test_names_only_secrets_that_are_files(self, name: str) -> None:
        for secret in SERVICES[name].get("secrets", []):
            source = secret if isinstance(secret, str) else secret["source"]
            assert COMPOSE["secrets"][source]["file"].startswith("./secrets/")


def test_the_database_takes_every_connection_that_all_processes_may_want() -> None:
    (allowed,) = (int(word.partition("=")[2]) for word in SERVICES["db"]["command"] if word.startswith("max_conn"))
    pool = int(written(defaults()["DATABASE_POOL_SIZE"]))
    spare = 3 + 10  # the superuser's own, and who looks after the database
    processes = {"web": 2 * SERVICES["web"]["deploy"]["replicas"], "admin": 1, "live": 1, "scheduler": 1, "migrate": 1}

    assert "--workers=2" in SERVICES["web"]["command"]
    assert pool * (sum(processes.values()) + len(WORKERS)) + spare <= allowed


def test_only_portainer_has_the_docker_socket() -> None:
    assert [name for name, service in SERVICES.items() if "docker.sock" in str(service)] == ["portainer"]


def test_no_process_serves_before_the_migration_is_done() -> None:
    for name in ("web", "live", "admin", *WORKERS, "scheduler"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("queue", QUEUES)
def test_each_queue_has_a_worker_that_is_asked_for_its_health_and_has_time_to_stop(queue: str) -> None:
    service = SERVICES[f"worker-{queue}"]

    assert service["command"][:5] == ["python", "-m", "project.workers", "--queues", queue]
    assert service["healthcheck"]["test"][-2:] == ["worker", queue]
    assert int(service["stop_grace_period"].removesuffix("s")) > GRACE_SECONDS + settings.STATEMENT_TIMEOUT_SECONDS


class TestSecrets:
    def test_no_variable_holds_one(self) -> None:
        set_here = {name for service in SERVICES.values() for name in service.get("environment", {})}

        assert not set_here & {*SECRETS, "POSTGRES_PASSWORD"}
        assert {f"{name}_FILE" for name in SECRETS} | {"POSTGRES_PASSWORD_FILE"} <= set_here

    def test_each_that_a_service_is_pointed_to_is_there(self) -> None:
        for service in SERVICES.values():
            there = {one if isinstance(one, str) else one["source"] for one in service.get("secrets", ())}
            named = [str(value) for value in service.get("environment", {}).values()]

            assert {Path(value).name for value in named if value.startswith("/run/secrets/")} <= there

    def test_none_is_written_down(self) -> None:
        for text in (TEXT, DOCKERFILE, (ROOT / ".env.example").read_text()):
            assert not re.search(r"://[^/\s]*:[^/\s]*@", text)
        assert not re.search(r"^(ENV|ARG)\b.*(PASSWORD|SECRET|KEY|_URL)", DOCKERFILE, re.MULTILINE)

    def test_each_is_made_by_the_script(self, made: Path) -> None:
        files = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}

        assert {path.name for path in made.iterdir()} == files

    def test_are_closed_to_others_on_the_host_and_open_in_the_container(self, made: Path) -> None:
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()} == {0o444}

    def test_are_what_the_application_takes(self, made: Path) -> None:
        for role in ("owner", "app", "operator", "worker", "monitoring"):
            url = urlsplit((made / f"database_url_{role}.txt").read_text())
            assert (url.username, url.password) == (f"saude_{role}", (made / f"{role}_password.txt").read_text())
        assert urlsplit((made / "redis_url.txt").read_text()).password == (made / "redis_password.txt").read_text()
        assert len((made / "secret_key.txt").read_text()) >= 32
        Fernet((made / "field_encryption_keys.txt").read_text())
        assert len((made / "blind_index_keys.txt").read_text()) >= 32

    def test_are_never_overwritten(self, made: Path) -> None:
        before = {path: path.read_text() for path in made.iterdir()}

        done = make_secrets(made)

        assert done.returncode == 1
        assert "left as it is" in done.stderr
        assert {path: path.read_text() for path in made.iterdir()} == before


def make_secrets(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the script."""
    return subprocess.run(
        ["sh", str(ROOT / "docker/make-secrets.sh"), str(folder)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder of secrets, just made."""
    assert make_secrets(tmp_path / "secrets").returncode == 0
    return tmp_path / "secrets"


class TestVariables:
    used = set(re.findall(r"\$\{([A-Z_]+)", TEXT + DEVELOPMENT))
    passed = {name for service in APPS for name, value in SERVICES[service]["environment"].items() if value is None}

    def test_each_that_compose_uses_is_in_the_example(self) -> None:
        assert self.used | self.passed <= set(example())

    def test_each_of_the_example_is_used(self) -> None:
        files = {name.removesuffix("_FILE") for name in SERVICES["web"]["environment"] if name.endswith("_FILE")}

        assert set(example()) == self.used | self.passed | files | FIXED

    @pytest.mark.parametrize("service", APPS)
    def test_each_that_compose_sets_is_read_by_the_settings(self, service: str) -> None:
        names = {name.removesuffix("_FILE") for name in SERVICES[service]["environment"]}

        assert names <= set(defaults())


class TestImage:
    def test_is_built_on_pinned_ones(self) -> None:
        bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

        assert bases
        assert all(PINNED.fullmatch(base) for base in bases)

    def test_each_target_of_compose_is_there(self) -> None:
        stages = set(re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, re.MULTILINE))

        assert {service["build"]["target"] for service in SERVICES.values() if "build" in service} <= stages

    def test_holds_every_app_and_no_test(self) -> None:
        lines = (ROOT / ".dockerignore").read_text().splitlines()
        let_in = {line[1:] for line in lines if line.startswith("!")}
        apps = {name.partition(".")[0] for name in settings.INSTALLED_APPS}

        assert {name for name in apps if (ROOT / name).is_dir()} | {"project", "sql", "api"} <= let_in
        assert lines[1] == "*"
        assert not let_in & {"tests", "bench", "embedded", "simulator", "secrets", ".env", ".git"}


class TestGunicorn:
    @pytest.mark.parametrize("name", ["web", "admin"])
    def test_leaves_the_log_of_requests_to_the_application(self, name: str) -> None:
        command = SERVICES[name]["command"]

        assert "--logger-class=project.server_log.Logger" in command
        assert not [one for one in command if one.startswith("--access")]


class TestLive:
    def test_may_have_a_file_for_each_stream(self) -> None:
        assert SERVICES["live"]["ulimits"]["nofile"]["soft"] > int(written(defaults()["LIVE_STREAMS"]))


class TestEntrypoint:
    def test_becomes_the_command_when_the_database_answers(self) -> None:
        process = entrypoint(sys.executable, "-c", "import os; print(os.getpid())")

        output, errors = process.communicate(timeout=60)

        assert (process.returncode, output, errors) == (0, f"{process.pid}\n", "")

    def test_gives_up_on_a_database_that_stays_silent(self) -> None:
        process = entrypoint("--wait-seconds", "0.1", "migrate", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")

        errors = process.communicate(timeout=60)[1]

        assert process.returncode == 1
        assert errors.startswith("entrypoint: no database within 0 s: ")
        assert len(errors.splitlines()) == 1

    def test_says_which_command_is_not_there(self) -> None:
        process = entrypoint("no-such-command")

        assert process.communicate(timeout=60)[1] == "entrypoint: no-such-command: No such file or directory\n"
        assert process.returncode == 1

    @pytest.mark.skipif(
        "TEST_DATABASE_URL" not in os.environ, reason="the embedded server has one session, hence no lock of a session"
    )
    def test_two_at_once_migrate_once(self, empty_database: str) -> None:
        both = [entrypoint("migrate", DATABASE_URL=empty_database, LOG_LEVEL="INFO") for _ in range(2)]

        first, second = sorted((process.communicate(timeout=200) for process in both), key=lambda said: len(said[0]))

        assert [process.returncode for process in both] == [0, 0]
        assert "another container migrates" in first[1]
        assert "No migrations to apply." in first[0]
        assert "Applying" in second[0]


def entrypoint(*arguments: str, **variables: str) -> "subprocess.Popen[str]":
    """Start the entrypoint as the image does."""
    return subprocess.Popen(
        [sys.executable, "-m", "docker.entrypoint", *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def empty_database() -> Iterator[str]:
    """A database of its own on the server that TEST_DATABASE_URL names."""
    url, name = os.environ["TEST_DATABASE_URL"], f"entrypoint_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
