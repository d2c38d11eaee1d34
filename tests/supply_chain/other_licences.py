"""The licences of what is no Python package: npm's, as their lock says, and images, which a person looked up.

An image is a program beside ours: no licence of one reaches our code. They are listed so that somebody has read them.
"""

import csv
import json
from pathlib import Path
from typing import Final

from tests.browser.packages import ALL
from tests.supply_chain.images import images

ROOT: Final = Path(__file__).resolve().parents[2]
LIST: Final = ROOT / "docs" / "licences-others.csv"
LOCK: Final = ROOT / "embedded" / "package-lock.json"


def npm_licences() -> dict[str, str]:
    """What the packages of the embedded server's lock say of themselves, and those that the browser tests fetch."""
    packages = json.loads(LOCK.read_text())["packages"]
    locked = {path.rpartition("node_modules/")[2]: said.get("license", "") for path, said in packages.items() if path}
    return locked | {package.name: package.licence for package in ALL}


def problems() -> list[str]:
    """What is not listed, or otherwise than it is; a line each."""
    with LIST.open(newline="") as file:
        listed = {(kind, name): licence for kind, name, licence in csv.reader(file)}
    lines = [
        f"{name}: {licence!r}, listed as {listed.get(('npm', name))!r}"
        for name, licence in npm_licences().items()
        if listed.get(("npm", name)) != licence
    ]
    names = {image.partition(":")[0] for image in images()}
    return lines + [
        f"{name}: an image whose licence is not in {LIST.name}"
        for name in sorted(names)
        if not listed.get(("image", name))
    ]
