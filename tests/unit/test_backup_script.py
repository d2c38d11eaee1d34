"""docker/backup/saude-backup.sh without a database: what is due, and what is too old."""

import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "docker" / "backup" / "saude-backup.sh"
HOUR, DAY = 3_600, 86_400


def run(state: Path, *arguments: str, **ages: float) -> "subprocess.CompletedProcess[str]":
    """Call it where the last backups ended so many seconds ago."""
    for name, age in ages.items():
        (state / name).write_text(f"{int(time.time() - age)}\n")
    environment = {"PATH": "/usr/bin:/bin", "BACKUP_STATE": str(state)}
    return subprocess.run(["sh", str(SCRIPT), *arguments], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("success", "full", "kind"),
    [
        (None, None, "full\n"),
        (25 * HOUR, 2 * DAY, "incr\n"),
        (25 * HOUR, 7 * DAY, "full\n"),
        # The clock of the service does not show the same second each day.
        (25 * HOUR, 7 * DAY - HOUR, "full\n"),
        (0, 2 * DAY, ""),
        (0, 8 * DAY, ""),
    ],
)
def test_a_backup_is_due_once_a_day_and_a_full_one_once_a_week(
    tmp_path: Path, success: float | None, full: float | None, kind: str
) -> None:
    ages = {name: age for name, age in (("last_success", success), ("last_full", full)) if age is not None}

    assert run(tmp_path, "due", **ages).stdout == kind


def test_the_last_backup_is_healthy_for_26_hours(tmp_path: Path) -> None:
    assert run(tmp_path, "health").returncode == 1
    assert run(tmp_path, "health", last_success=25 * HOUR).returncode == 0
    assert run(tmp_path, "health", last_success=26 * HOUR + 1).returncode == 1


def test_says_what_it_knows_where_it_is_asked_for_something_else(tmp_path: Path) -> None:
    done = run(tmp_path, "restor")

    assert done.returncode == 2
    assert done.stderr == "backup: serve, now [full|incr], check, health, due or restore [TIME]\n"
