"""The bill of materials: what requirements.txt installs, with licences, and the images that all of it runs in.

`make sbom` writes CycloneDX to var/sbom.json; the same lock files give the same bytes, so anybody can make it again.
"""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.supply_chain.images import images

ROOT: Final = Path(__file__).resolve().parents[2]
WRITTEN: Final = ROOT / "var" / "sbom.json"
OURSELVES: Final = ROOT / "pyproject.toml"
MAKE: Final = [
    sys.executable, "-m", "cyclonedx_py", "requirements", "requirements.txt", "--pyproject", "pyproject.toml",
    "--output-reproducible", "--spec-version", "1.6", "--output-format", "JSON", "--output-file", "-",
]  # fmt: skip


class NotABill(Exception):
    """What was made is no CycloneDX."""


def bill() -> str:
    """The document."""
    made = subprocess.run(MAKE, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    document: dict[str, Any] = json.loads(made.stdout)
    licences = _licences()
    for component in document["components"]:
        if licence := licences.get(component["name"]):
            component["licenses"] = [{"license": {"name": licence}}]
    document["components"] += [_container(name) for name in images()]
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise NotABill(str(error))
    return text


def main() -> int:
    """Write it."""
    text = bill()
    WRITTEN.parent.mkdir(exist_ok=True)
    WRITTEN.write_text(text)
    print(f"sbom: {len(json.loads(text)['components'])} components in {WRITTEN.relative_to(ROOT)}")
    return 0


def _container(image: str) -> dict[str, str]:
    name, _, version = image.partition(":")
    return {"type": "container", "bom-ref": f"image:{image}", "name": name, "version": version}


def _licences() -> dict[str, str]:
    with (ROOT / "docs" / "licences.csv").open(newline="") as file:
        return dict(csv.reader(file))


if __name__ == "__main__":
    sys.exit(main())
