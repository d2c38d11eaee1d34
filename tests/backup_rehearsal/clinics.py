"""The export of a clinic: nobody else's rows, and the same rows after an import."""

import gzip
import json
import tarfile
from pathlib import Path
from typing import Any

import psycopg

from tests.backup_rehearsal.cluster import Cluster
from tests.backup_rehearsal.product import Product
from tests.backup_rehearsal.report import Report
from tests.security.world import HIDDEN_NAME, OWN_NAME, World


def rehearse(report: Report, cluster: Cluster, product: Product, world: World) -> None:
    """Export, look for the other clinic, import into an empty installation, export again, compare."""
    key, sealed, clear = (cluster.folder / name for name in ("export-key", "clinic.age", "clinic.tar.gz"))
    recipient = product.manage("make_export_key", str(key)).strip()
    product.manage("export_clinic", world.ours.clinic, str(sealed), "--for", recipient)
    product.manage("export_clinic", world.ours.clinic, str(clear), "--in-the-clear")
    text = gzip.decompress(clear.read_bytes()).decode()
    report.check("an export has the clinic's names, opened", OWN_NAME in text)
    report.check("encrypted, it has none", OWN_NAME.encode() not in sealed.read_bytes())
    others = {HIDDEN_NAME, *world.theirs.things(), *world.theirs.people(), *world.open.things(), *world.open.people()}
    found = sorted(other for other in others if other in text)
    report.check(f"and nothing of two other clinics, by {len(others)} names and ids", not found, str(found[:5]))
    first = manifest(clear)
    report.check("each table that the other clinics fill has rows", not missing(first), str(missing(first)))
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE elsewhere OWNER saude_owner")
    elsewhere = product.elsewhere("elsewhere")
    elsewhere.do("migrate")
    said = elsewhere.manage("import_clinic", str(sealed), "--key", str(key), "--check")
    report.check("it is whole", "is whole" in said, said)
    elsewhere.manage("import_clinic", str(sealed), "--key", str(key))
    again = cluster.folder / "again.tar.gz"
    elsewhere.manage("export_clinic", world.ours.clinic, str(again), "--in-the-clear")
    second = manifest(again)
    for table, told in first["tables"].items():
        if table != "late_range":
            report.check(f"{table} is the same after an import", second["tables"][table] == told)
    opened = elsewhere.do("open")
    report.check("its own keys open what is sealed", opened["opened"] > 0 and opened["closed"] == 0, str(opened))


def manifest(path: Path) -> dict[str, Any]:
    """Of an export that is in the clear."""
    with tarfile.open(path) as tar:
        file = tar.extractfile("manifest.json")
        assert file
        told: dict[str, Any] = json.load(file)
    return told


def missing(told: dict[str, Any]) -> list[str]:
    """Tables without a row, but for those that the world of the security tests leaves empty."""
    empty = {"account_emailaddress", "patients_healthprofile", "glucose_importpiece", "recent_day"}
    return [table for table, content in told["tables"].items() if not content["rows"] and table not in empty]
