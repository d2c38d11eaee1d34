"""``python -m tests.backup_rehearsal``: the last line is ``backup-rehearsal: N checked, F failed``.

On Debian's PostgreSQL, with TimescaleDB where this machine has it, else on plain tables; pgBackRest is Debian's. The
configuration, the script and the archive command are those of docker-compose.yml. Exits 1 where something is not as it
should be, 2 where it could not be tried. About four minutes, one of which waits for ``archive_timeout``.
"""

import argparse
import os
import secrets
import sys
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet

from tests.backup_rehearsal import clinics, embedded_form, safety, steps
from tests.backup_rehearsal.cluster import Cluster, install
from tests.backup_rehearsal.product import Product
from tests.backup_rehearsal.report import Report
from tests.security.server import NoServerError


def main() -> int:
    """Rehearse all of it and print what was found."""
    parser = argparse.ArgumentParser(prog="make backup-rehearsal", description=__doc__)
    parser.add_argument("--readings", type=int, default=200_000, help="how many more are there at the first backup")
    parser.add_argument(
        "--megabytes", type=int, default=0, help="of a table that only makes it larger, to measure with"
    )
    asked = parser.parse_args()
    for name in [name for name in os.environ if name.endswith("_FILE")]:
        del os.environ[name]
    report = Report()
    try:
        install()
        with tempfile.TemporaryDirectory(prefix="saude-backup-") as name:
            cluster = Cluster(Path(name), Path(name) / "repository", secrets.token_urlsafe(48))
            try:
                rehearse(report, cluster, asked.readings, asked.megabytes)
            finally:
                cluster.stop("immediate")
    except NoServerError as error:
        print(f"backup-rehearsal: {error}", file=sys.stderr)
        return 2
    return report.end()


def rehearse(report: Report, cluster: Cluster, readings: int, megabytes: int) -> None:
    """Write, back up, write on, destroy, restore."""
    cluster.make()
    product = Product(cluster, Fernet.generate_key().decode())
    print(f"on {product.about}, {cluster.run('pgbackrest', 'version').stdout.strip()}", flush=True)
    steps.before_the_first_backup(report, cluster)
    world = steps.first_backup(report, cluster, product, readings, megabytes)
    safety.encryption(report, cluster)
    minute = steps.noted_minute(report, cluster, product)
    safety.refusals(report, cluster)
    steps.restored_to_the_minute(report, cluster, product, minute)
    steps.goes_on_after_a_restore(report, cluster, product)
    steps.on_a_new_machine(report, cluster, product)
    steps.restored_over_what_is_there(report, cluster)
    steps.archive_timeout(report, cluster)
    safety.retention(report, cluster)
    clinics.rehearse(report, cluster, product, world)
    embedded_form.rehearse(report)


if __name__ == "__main__":
    sys.exit(main())
