"""What operators are told to type: each command has its syntax, and what it names exists.

No Docker engine is asked: commands, services, profiles, files and settings are compared with those of the repository.
"""

import re
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from django.core.management import get_commands

from tests.docs.blocks import ROOT, Block, blocks

PAGES: Final = [
    ROOT / "README.md",
    ROOT / "docs" / "deploy.md",
    *sorted((ROOT / "docs" / "operate").glob("*.md")),
]
COMPOSE: Final[dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
# Of the file, and of what is laid over it.
SECRETS: Final[list[dict[str, str]]] = [
    secret
    for path in (ROOT / "docker-compose.yml", ROOT / "docker" / "compose.pgbouncer.yml")
    for secret in yaml.safe_load(path.read_text()).get("secrets", {}).values()
]
BLOCKS: Final = [block for page in PAGES for block in blocks(page) if block.language == "sh"]
COMMANDS: Final = (
    "run", "exec", "up", "stop", "start", "restart", "logs", "rm", "kill", "ps", "build", "pull", "push", "down",
    "config", "cp",
)  # fmt: skip
# Options that are followed by a value which is no service.
VALUED: Final = (
    "--profile", "--since", "--tail", "--user", "--env", "--file", "-f", "-e", "-u", "--timeout", "-t", "--volume",
    "-v", "--entrypoint", "--index",
)  # fmt: skip
SETTING: Final = re.compile(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`")
FILE: Final = re.compile(r"(?<![\w/.~-])((?:docker|secrets|sql|docs)/[\w./-]*\w\.\w+)")
# Everything that a setting or a variable of the images can be named in.
NAMED_IN: Final = "\n".join(
    path.read_text(errors="ignore")
    for path in [
        *(ROOT / name for name in ("project/settings.py", ".env.example", "docker-compose.yml")),
        *(path for path in (ROOT / "docker").rglob("*") if path.is_file() and "__pycache__" not in path.parts),
    ]
)


def compose_calls(text: str) -> list[list[str]]:
    """The words after each `docker compose`, up to the end of that command."""
    text = re.sub(r"\\\n", " ", text)
    return [found[1].split() for found in re.finditer(r"docker compose ([^|;&>\n#]*)", text)]


def services_of(words: list[str]) -> set[str]:
    """The services and profiles that a call names, profiles as `--profile name`."""
    found: set[str] = set()
    rest = iter(words)
    command = ""
    for word in rest:
        if word in VALUED:
            value = next(rest)
            found |= {f"--profile {value}"} if word == "--profile" else set()
        elif word == "--scale":
            found.add(next(rest).split("=")[0])
        elif word.startswith("-"):
            continue
        elif not command:
            command = word
            assert command in COMMANDS, words
        else:
            found.add(word)
            if command in ("run", "exec"):
                break
    return found


def profiles() -> set[str]:
    return {f"--profile {name}" for one in COMPOSE["services"].values() for name in one.get("profiles", [])}


def of_page(block: Block) -> str:
    return block.place


@pytest.mark.parametrize("block", BLOCKS, ids=of_page)
class TestACommand:
    def test_is_one_that_a_shell_reads(self, block: Block) -> None:
        read = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True)

        assert read.returncode == 0, read.stderr

    def test_names_services_that_there_are(self, block: Block) -> None:
        named = {name for words in compose_calls(block.text) for name in services_of(words)}

        assert named <= set(COMPOSE["services"]) | profiles(), block.place

    def test_asks_manage_for_what_it_knows(self, block: Block) -> None:
        asked = set(re.findall(r"manage\.py ([a-z_]+)", block.text))

        assert asked <= set(get_commands()), block.place


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
class TestAPage:
    def test_names_files_that_there_are(self, page: Path) -> None:
        made = {one["file"].removeprefix("./") for one in SECRETS}

        missing = {name for name in FILE.findall(page.read_text()) if not (ROOT / name).exists()} - made

        assert missing == set()

    def test_names_settings_that_there_are(self, page: Path) -> None:
        # "`NAME_FILE` names a file" of the README is about all of them.
        named = set(SETTING.findall(page.read_text())) - {"NAME_FILE"}

        assert {name for name in named if not re.search(rf"\b{name}\b", NAMED_IN)} == set()


def test_services_are_found_in_a_call() -> None:
    calls = compose_calls(
        "docker compose --profile admin run --rm migrate python manage.py check\n"
        "docker compose up --detach --scale worker-default=2 db redis  # words\n"
        "docker compose logs --since 1h web | head\n"
    )

    assert [services_of(words) for words in calls] == [
        {"--profile admin", "migrate"},
        {"worker-default", "db", "redis"},
        {"web"},
    ]
