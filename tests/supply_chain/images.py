"""The container images that the product is built from and runs beside."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
FROM: Final = re.compile(r"^FROM\s+(?:--\S+\s+)?(\S+?)(?:@\S+)?(?:\s+AS\s+(\S+))?\s*$", re.MULTILINE | re.IGNORECASE)
# Read as text: Compose has tags of its own, such as !override.
IMAGE: Final = re.compile(r"^\s+image:\s*[\"']?([^\s@\"']+)", re.MULTILINE)


def images() -> list[str]:
    """Name and tag of each that is not our own, sorted."""
    found: set[str] = set()
    for path in sorted(ROOT.glob("docker/**/*Dockerfile*")):
        stages = FROM.findall(path.read_text())
        found |= {name for name, _ in stages} - {stage for _, stage in stages}
    for path in sorted([*ROOT.glob("docker-compose*.yml"), *ROOT.glob("docker/**/compose*.yml")]):
        found |= {name for name in IMAGE.findall(path.read_text()) if not name.startswith("${") and "saude" not in name}
    return sorted(found)
