"""What must not get in is found, and what could not be looked at is not called clean."""

import base64
import json
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.fernet import Fernet

from tests.supply_chain import audit, other_licences
from tests.supply_chain.images import images
from tests.supply_chain.sbom import bill
from tests.supply_chain.secrets import Found, found_in, problems

ROOT = Path(__file__).resolve().parents[2]
KEY = Fernet.generate_key().decode()
TOKEN = secrets.token_urlsafe(48)
RUFF, BANDIT = (Path(sys.executable).with_name(name) for name in ("ruff", "bandit"))


class TestSecrets:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            (".env", f"FIELD_ENCRYPTION_KEYS={KEY}"),
            (".env", f"SECRET_KEY={TOKEN}"),
            (".env", f"BLIND_INDEX_KEYS={TOKEN}"),
            (".env", f"DATABASE_URL=postgres://saude:{TOKEN}@db/saude"),
            ("secrets/field_encryption_keys.txt", KEY),
            ("compose.yml", f"environment:\n  SECRET_KEY: {TOKEN}"),
            ("tests/test_keys.py", f'KEYS = ["{KEY}"]'),
            ("tests/test_hooks.py", f"sign('whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}')"),
            ("note.md", f"ghp_{secrets.token_hex(18)}"),
            ("note.md", f"AKIA{secrets.token_hex(8).upper()}"),
            ("key.pem", "-----BEGIN RSA " + "PRIVATE KEY-----"),
            ("settings.py", f'password = "{secrets.token_hex(4)}"'),
        ],
        # Not the secrets, which are others in each process.
        ids=[
            "sealing",
            "signing",
            "hashing",
            "database",
            "file",
            "compose",
            "test",
            "webhook",
            "github",
            "aws",
            "pem",
            "password",
        ],
    )
    def test_a_planted_one_is_found(self, tmp_path: Path, name: str, content: str) -> None:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content + "\n")

        found = found_in(name, root=tmp_path)

        assert {one.file for one in found} == {name}
        assert problems(found, {}) != []
        assert content not in "".join(problems(found, {}))

    def test_what_a_lock_fixes_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "requirements.txt").write_text(f"django==5.2 \\\n    --hash=sha256:{secrets.token_hex(32)}\n")

        assert found_in("requirements.txt", root=tmp_path) == []

    def test_what_is_listed_needs_a_reason_and_must_be_there(self) -> None:
        one, other = Found("a.py", "Secret Keyword", "1"), Found("b.py", "Secret Keyword", "2")

        assert problems([one], {one: "an example"}) == []
        assert problems([one], {one: ""}) == ["a.py: Secret Keyword: no reason in no_secrets.csv"]
        assert problems([], {other: "old"}) == ["b.py: Secret Keyword: no longer there, still in no_secrets.csv"]


class TestAudit:
    CLEAN = audit.Answer(2, 2, [])

    def test_is_clean_where_every_package_was_known(self) -> None:
        assert audit.verdict({"Python": self.CLEAN, "npm": self.CLEAN})[0] == 0

    def test_names_a_hole_and_what_mends_it(self) -> None:
        said = {"name": "django", "version": "5.2", "vulns": [{"id": "CVE-1", "fix_versions": ["5.2.1"]}]}
        answer = audit.of_pip(json.dumps({"dependencies": [said, {"name": "left", "skip_reason": "not found"}]}))

        status, lines = audit.verdict({"Python": answer, "npm": self.CLEAN})

        assert status == 1
        assert lines[0] == "audit: Python: django 5.2: CVE-1, mended in 5.2.1"

    @pytest.mark.parametrize(
        "text",
        [
            json.dumps({"dependencies": [{"name": "django", "skip_reason": "not found on PyPI"}]}),
            json.dumps({"dependencies": []}),
            "Traceback",
            "",
        ],
    )
    def test_is_not_clean_where_a_database_did_not_answer(self, text: str) -> None:
        assert audit.verdict({"Python": audit.of_pip(text), "npm": self.CLEAN})[0] == 2

    def test_takes_an_error_of_npm_for_no_answer(self) -> None:
        hole = {"auditReportVersion": 2, "vulnerabilities": {"pglite": {"severity": "high", "range": "<1"}}}

        assert audit.of_npm(json.dumps({"message": "405 Method Not Allowed"}), 3) == audit.Answer(3, 0, [])
        assert audit.of_npm(json.dumps({"auditReportVersion": 2, "vulnerabilities": {}}), 3) == audit.Answer(3, 3, [])
        assert audit.of_npm(json.dumps(hole), 3).holes == ["pglite: high, <1"]


class TestBillOfMaterials:
    def test_has_every_locked_package_with_its_licence_and_every_image(self) -> None:
        document: dict[str, Any] = json.loads(bill())

        found = {(one["type"], one["name"]): one for one in document["components"]}
        locked = re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==", (ROOT / "requirements.txt").read_text(), re.M)
        wanted = {*(("library", name) for name in locked), *(("container", one.partition(":")[0]) for one in images())}
        assert found.keys() == wanted
        assert [name for name in locked if not found["library", name].get("licenses")] == []
        # What would differ each time that it is made.
        assert "serialNumber" not in document
        assert "timestamp" not in document["metadata"]


def test_bandit_looks_for_what_ruff_does_not() -> None:
    rules = json.loads(subprocess.check_output([RUFF, "rule", "--all", "--output-format=json"]))
    codes = {rule["code"] or "" for rule in rules if not rule.get("preview")}
    every = set(re.findall(r"^\s+(B\d{3})\s", subprocess.check_output([BANDIT, "--help"], text=True), re.MULTILINE))
    settings = re.search(r"\[tool\.bandit\].*?tests = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(), re.DOTALL)

    assert settings
    # To import subprocess is no fault: each call of it is looked at by ruff (S603).
    assert set(re.findall(r"B\d+", settings[1])) == {one for one in every if f"S{one[1:]}" not in codes} - {"B404"}


class TestImages:
    def test_have_a_version_and_a_licence_that_somebody_read(self) -> None:
        assert [image for image in images() if not re.search(r":.*\d", image)] == []
        assert other_licences.problems() == []

    def test_ours_installs_what_the_lock_has_and_nothing_else(self) -> None:
        text = (ROOT / "docker" / "Dockerfile").read_text()

        installs = re.findall(r"^RUN.*pip install.*$", text, re.MULTILINE)
        assert installs
        assert [line for line in installs if "--require-hashes" not in line] == []


class TestRenovate:
    CONFIGURATION = json.loads((ROOT / "renovate.json").read_text())

    def test_watches_every_lock_and_image_that_there_is(self) -> None:
        managers = self.CONFIGURATION["enabledManagers"]
        patterns = [
            pattern.strip("/")
            for name in ("pip-compile", "pip_requirements")
            for pattern in self.CONFIGURATION[name]["managerFilePatterns"]
        ]
        locks = [
            path.relative_to(ROOT).as_posix() for path in ROOT.glob("**/requirements*.txt") if ".venv" not in path.parts
        ]

        assert {"npm", "dockerfile", "docker-compose"} < set(managers)
        assert [lock for lock in locks if not any(re.search(pattern, lock) for pattern in patterns)] == []
        assert "docker:pinDigests" in self.CONFIGURATION["extends"]

    def test_rules_name_packages_that_are_there(self) -> None:
        named = {name for rule in self.CONFIGURATION["packageRules"] for name in rule.get("matchPackageNames", [])}
        there = {image.partition(":")[0] for image in images()} | other_licences.npm_licences().keys()

        assert named - there == set()


def test_people_can_have_secrets_looked_for_before_each_commit() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())

    assert "secrets" in [hook["id"] for repository in hooks["repos"] for hook in repository["hooks"]]
