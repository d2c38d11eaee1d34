"""`manage.py check --deploy` with the settings that docker compose gives: nothing to warn of."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from tests.unit.test_settings import GOOD, ROOT


def test_finds_nothing(tmp_path: Path) -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    fixed = {name: value for name, value in services["web"]["environment"].items() if value and "_FILE" not in name}
    chosen = {
        "DATABASE_URL": f"postgres://saude_app:{GOOD}@db:5432/saude",
        "REDIS_URL": f"redis://:{GOOD}@redis:6379/0",
        "ALLOWED_HOSTS": "glucose.example.org",
        "METRICS_FOLDER": str(tmp_path),  # a container has a tmpfs there
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**os.environ, **fixed, **chosen},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (2 silenced).\n"
