"""The rehearsal, step by step; each leaves the server running."""

import json
import shutil
import time
from dataclasses import dataclass
from typing import Final

import psycopg
from cryptography.fernet import Fernet

from tests.backup_rehearsal.cluster import ARCHIVE_TIMEOUT_SECONDS, Cluster, until_archived
from tests.backup_rehearsal.product import Product
from tests.backup_rehearsal.report import Report
from tests.backup_rehearsal.repository import copied, rows, size, timed
from tests.backup_rehearsal.sums import Sums, different, sums
from tests.backup_rehearsal.writing import AFTERWARDS
from tests.security.world import World

MEGABYTE: Final = 1_000_000
# One row each of what the scripts tell the database; it is written while the rehearsal goes on.
OURS: Final = "public.work_backuprun"


@dataclass(frozen=True, slots=True)
class Minute:
    """When everything was as ``tables`` says."""

    time: str
    tables: Sums


def before_the_first_backup(report: Report, cluster: Cluster) -> None:
    """Nothing is there yet, and the script says so."""
    report.check("without a backup the service is unhealthy", cluster.backup("health", check=False).returncode == 1)
    report.check("a full backup is due", cluster.backup("due").stdout == "full\n")
    done = cluster.backup("check", check=False)
    report.check(
        "there is nothing to check", done.returncode == 1 and "there is no backup in it" in done.stderr, done.stderr
    )


def first_backup(report: Report, cluster: Cluster, product: Product, readings: int, megabytes: int) -> World:
    """A full one of everything, then an incremental one of what came."""
    written = product.do("begin", "--readings", str(readings))
    report.check("the product wrote readings", written["readings"] > readings, str(written))
    if megabytes:
        fill(cluster, megabytes)
    stored = size(cluster.data / "base") / MEGABYTE
    seconds = timed(lambda: cluster.backup("now", "full"))
    kept = size(cluster.repository) / MEGABYTE
    report.measured(f"full backup and check of {stored:,.0f} MB of data: {seconds:.1f} s, {kept:,.0f} MB kept")
    product.do("more", "--name", "Between the backups")
    before = size(cluster.repository)
    seconds = timed(lambda: cluster.backup("now", "incr"))
    report.measured(
        f"incremental backup and check: {seconds:.1f} s, {(size(cluster.repository) - before) / MEGABYTE:,.1f} MB more"
    )
    report.check("the service is healthy now", cluster.backup("health").returncode == 0)
    report.check(
        "and is not where the last one is too old",
        cluster.backup("health", check=False, more={"BACKUP_OLD_HOURS": "0"}).returncode == 1,
    )
    report.check("no backup is due any more", cluster.backup("due").stdout == "" or crossed(cluster))
    told = rows(cluster, "SELECT kind, failure FROM work_backuprun ORDER BY finished_at")
    report.check(
        "the database was told of each", told == [("full", ""), ("check", ""), ("incr", ""), ("check", "")], str(told)
    )
    return World.read(json.dumps(written["world"]))


def fill(cluster: Cluster, megabytes: int) -> None:
    """A table of what hardly compresses, to measure with; it counts as one of the product's."""
    line = "(SELECT string_agg(md5(number::text || part), '') FROM generate_series(1, 30) AS part)"
    statement = f"CREATE TABLE public.filler AS SELECT number, {line} AS text FROM generate_series(1, %s) AS number"
    with psycopg.connect(cluster.url) as connection:
        connection.execute(statement.replace("%s", str(megabytes * 1_000)).encode())


def crossed(cluster: Cluster) -> bool:
    """Whether the hour of the daily backup came while the rehearsal ran."""
    last = int((cluster.repository / "state" / "last_success").read_text())
    return (last - 7200) // 86_400 != (int(time.time()) - 7200) // 86_400


def noted_minute(report: Report, cluster: Cluster, product: Product) -> Minute:
    """Write on, note the time and everything that is there, write more, and lose nothing of it to the archive."""
    product.do("more", "--name", "Before the minute")
    tables = sums(cluster.url)
    ((noted,),) = rows(cluster, "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00')")
    product.do("more", "--name", AFTERWARDS)
    report.check("what is written afterwards changes the sums", len(different(tables, sums(cluster.url))) > 3)
    report.measured(
        f"{len(tables)} tables and views with {sum(count for count, _ in tables.values()):,} rows were noted at {noted}"
    )
    until_archived(cluster.url, switch=True)
    return Minute(str(noted), tables)


def restored_to_the_minute(report: Report, cluster: Cluster, product: Product, minute: Minute) -> None:
    """Destroy the data directory; restore; compare everything."""
    megabytes = size(cluster.data) / MEGABYTE
    cluster.stop("immediate")
    shutil.rmtree(cluster.data)
    seconds = timed(lambda: cluster.backup("restore", minute.time))
    replayed = cluster.start()
    report.measured(
        f"restore of {megabytes:,.0f} MB: {seconds:.1f} s and {replayed:.1f} s until it took writes,"
        f" {(seconds + replayed) / megabytes * 1000:.0f} s per GB"
    )
    after = sums(cluster.url)
    for name in sorted(minute.tables):
        if name != OURS:
            found = different({name: minute.tables[name]}, {name: after.get(name, (-1, ""))})
            report.check(f"{name} is as it was", not found, "; ".join(found))
    report.check("there is no other table", after.keys() == minute.tables.keys())
    later = rows(cluster, "SELECT name FROM accounts_clinic WHERE name = %s", AFTERWARDS)
    report.check("what was written afterwards is gone", later == [])
    opened = product.do("open")
    report.check("the keys open what is sealed", opened["opened"] > 0 and opened["closed"] == 0, str(opened))
    opened = product.do("open", FIELD_ENCRYPTION_KEYS=Fernet.generate_key().decode())
    report.check("other keys open nothing", opened["opened"] == 0 and opened["closed"] > 0, str(opened))


def goes_on_after_a_restore(report: Report, cluster: Cluster, product: Product) -> None:
    """The restored database is written to, archived and backed up as before."""
    product.do("more", "--name", "After the restore")
    until_archived(cluster.url, switch=True)
    report.check(
        "the archive goes on in a new timeline",
        any((cluster.repository / "repository" / "archive").rglob("00000002*-*")),
    )
    done = cluster.backup("now", "incr")
    report.check("a backup and its check go well after the restore", done.returncode == 0)


def on_a_new_machine(report: Report, cluster: Cluster, product: Product) -> None:
    """With the repository, its key and the keys of the columns alone; to the newest that the archive has."""
    product.do("more", "--name", "The newest")
    until_archived(cluster.url, switch=True)
    tables = sums(cluster.url)
    with copied(cluster) as copy:
        copy.backup("restore")
        copy.start(archive=False)
        try:
            report.check(
                "a new machine has everything that was archived",
                not different(tables, sums(copy.url)),
                str(different(tables, sums(copy.url))),
            )
        finally:
            copy.stop()


def restored_over_what_is_there(report: Report, cluster: Cluster) -> None:
    """A database that was stopped goes back by a second; what is the same is not copied again."""
    ((noted,),) = rows(cluster, "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00')")
    with psycopg.connect(cluster.url) as connection:
        connection.execute("CREATE TABLE public.mistake AS SELECT 1 AS made")
    until_archived(cluster.url, switch=True)
    cluster.stop()
    cluster.backup("restore", str(noted))
    cluster.start()
    found = rows(cluster, "SELECT to_regclass('public.mistake')::text")
    report.check("a restore over the data directory takes a mistake back", found == [(None,)], str(found))


def archive_timeout(report: Report, cluster: Cluster) -> None:
    """How long the last commit of an idle server is only on its own disk."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE waiting (at timestamptz)")
        connection.execute("DROP TABLE waiting")
    seconds = until_archived(cluster.url, switch=False)
    report.check(
        "a commit is in the archive within archive_timeout and a few seconds",
        seconds < ARCHIVE_TIMEOUT_SECONDS + 15,
        f"{seconds:.0f} s",
    )
    segments = sorted(
        (cluster.repository / "repository" / "archive").rglob("0*/0*-*"), key=lambda path: path.stat().st_mtime
    )
    kilobytes = segments[-1].stat().st_size / 1000
    report.measured(f"the commit was in the archive after {seconds:.0f} s, in a segment of {kilobytes:.0f} kB")
