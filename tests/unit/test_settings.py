"""Every setting is documented, with the default that it has, and a secret has none."""

import ast
import base64
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from project import weak_secrets

ROOT = Path(__file__).resolve().parents[2]
SECRETS = ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "BLIND_INDEX_KEYS", "DATABASE_URL", "REDIS_URL")
REQUIRED = object()


def defaults() -> dict[str, object]:
    """Each environment variable that project/settings.py reads, and its default or REQUIRED."""
    found: dict[str, object] = {}
    for node in ast.walk(ast.parse((ROOT / "project/settings.py").read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            reader = node.func.value
            if isinstance(reader, ast.Name) and reader.id == "env" and isinstance(node.args[0], ast.Constant):
                given = [word.value for word in node.keywords if word.arg == "default"]
                found[str(node.args[0].value)] = ast.literal_eval(given[0]) if given else REQUIRED
    return found


def example() -> dict[str, str]:
    """Each name of .env.example, set or commented out, and the value that stands there."""
    return dict(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))


def written(value: object) -> str:
    """A default as it would stand in the environment."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("name", sorted(defaults()))
class TestEverySetting:
    def test_is_in_the_example_with_its_default(self, name: str) -> None:
        default = defaults()[name]

        assert example()[name] == ("" if default is REQUIRED else written(default))

    def test_is_in_the_readme(self, name: str) -> None:
        assert f"`{name}`" in (ROOT / "README.md").read_text()


def test_only_the_secrets_have_no_default() -> None:
    assert {name for name, default in defaults().items() if default is REQUIRED} == set(SECRETS)


def test_nothing_but_the_settings_reads_the_environment() -> None:
    packages = [path.parent for path in ROOT.glob("*/__init__.py")]
    product = [folder for folder in packages if folder.name not in {"tests", "bench", "embedded", "simulator"}]
    modules = [path for folder in [*product, ROOT / "docker"] for path in folder.rglob("*.py")]

    readers = [path for path in modules if re.search(r"environ(\[|\.get\()|getenv\(", path.read_text())]

    assert readers == []


class TestStart:
    @pytest.mark.parametrize("name", SECRETS)
    def test_without_a_secret_names_it_in_one_line(self, name: str) -> None:
        done = start(without=name)

        assert done.returncode == 1
        assert done.stderr.splitlines() == [f"entrypoint: Set the {name} environment variable"]

    def test_takes_a_secret_from_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "secret_key.txt"
        file.write_text(os.environ["SECRET_KEY"])

        done = start(without="SECRET_KEY", SECRET_KEY_FILE=str(file))

        assert (done.returncode, done.stdout) == (0, "started\n")


@pytest.mark.parametrize(
    ("level", "logged"), [("INFO", ["info", "warning"]), ("WARNING", ["warning"]), ("CRITICAL", [])]
)
def test_the_log_level_is_that_of_every_logger(level: str, logged: list[str], tmp_path: Path) -> None:
    names = ["accounts.sessions", "django", "django.db.backends", "django.request", "django.server"]
    # Of a library is logged what is written in a file.
    program = tmp_path / "program.py"
    program.write_text(
        f"import django, logging; django.setup()\nfor name in {names}:\n    log = logging.getLogger(name)\n"
        "    log.debug('a debug'); log.info('an info'); log.warning('a warning')"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "LOG_LEVEL": level,
        "DJANGO_SETTINGS_MODULE": "project.settings",
    }

    done = subprocess.run(
        [sys.executable, str(program)], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert [line.split()[-1] for line in done.stderr.splitlines()] == logged * len(names)


@pytest.mark.parametrize("file", ["docker-compose.yml", "embedded/demo/services.py"])
def test_a_users_streams_leave_threads_of_a_web_process_to_others(file: str) -> None:
    text = (ROOT / file).read_text()
    threads = int(re.findall(r"gthread.*?--threads\W+(\d+)", text, re.DOTALL)[0])

    assert int(written(defaults()["STREAMS_PER_USER"])) < threads


KEY = "kV7pQ2xX9mB4tR8wL1zN6cF3hJ5dG0sY"
GOOD = "kV7pQ2xX9mB4tR8w"
REFUSED = [
    ("saude.E002", {"SECRET_KEY": "kV7pQ2xX9mB4tR8w"}),
    ("saude.E004", {"SECRET_KEY": "django-insecure-" + KEY}),
    ("saude.E004", {"FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(bytes(32)).decode()}),
    ("saude.E005", {"DATABASE_URL": "postgres://saude_app:saude_app@db:5432/saude"}),
    ("saude.E005", {"REDIS_URL": "redis://:changeme@redis:6379/0"}),
    ("saude.E005", {"EMAIL_URL": "smtp+tls://saude:password@mail.example.org:587"}),
    ("saude.E005", {"OIDC_URL": "https://id.example.org", "OIDC_CLIENT_SECRET": "changeme"}),
]
GUESSED_KEYS = ["a" * 50, "kV7pQ2xX9mB4" * 4, "abcdefghijklmnopqrstuvwxyz{|}~ABCD", "ChangeMe" + KEY, "\0" * 32]
GUESSED_PASSWORDS = ["", "saude_app", "postgres", "changeme", "changeme-please", "aaaaaaaaaaaaaaaa", "short"]


class TestAWeakSecret:
    @pytest.mark.parametrize(("number", "variables"), REFUSED)
    def test_is_refused_in_one_line_that_does_not_tell_it(self, number: str, variables: dict[str, str]) -> None:
        done = start(without="", **variables)

        assert (done.returncode, done.stdout) == (1, "")
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"entrypoint: {number}: ")
        assert not any(value in line for value in variables.values())

    def test_is_refused_by_gunicorn_and_the_commands_too(self) -> None:
        weak = {**os.environ, "SECRET_KEY": "django-insecure-" + KEY}
        for command in (["-c", "import project.wsgi"], ["manage.py", "run_scheduler"]):
            done = subprocess.run(
                [sys.executable, *command], cwd=ROOT, env=weak, capture_output=True, text=True, check=False, timeout=60
            )

            assert (done.returncode, "saude.E004" in done.stderr) == (1, True), command

    @pytest.mark.parametrize("secret", GUESSED_KEYS)
    def test_is_a_key_that_is_not_random(self, secret: str) -> None:
        assert weak_secrets.key(secret)

    @pytest.mark.parametrize("secret", GUESSED_PASSWORDS)
    def test_is_a_password_of_another_machine(self, secret: str) -> None:
        assert weak_secrets.password(secret, user="saude_app", host="db")
        assert weak_secrets.password(secret, user="saude_app", host="127.0.0.1") is None

    def test_is_no_random_one(self) -> None:
        random = Fernet.generate_key().decode(), secrets.token_urlsafe(48), secrets.token_hex(32)

        assert [weak_secrets.key(secret) for secret in random] == [None] * 3
        assert weak_secrets.password(GOOD, user="saude_app", host="db") is None


def start(*, without: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Start a container's process, with every variable of the tests but one."""
    left = {name: value for name, value in os.environ.items() if name not in (without, f"{without}_FILE")}
    command = [sys.executable, "-m", "docker.entrypoint", sys.executable, "-c", "print('started')"]
    return subprocess.run(command, cwd=ROOT, env={**left, **variables}, capture_output=True, text=True, check=False)
