"""That what is kept is sealed and whole, and goes when its days are over."""

import shutil

from tests.backup_rehearsal.cluster import Cluster, until_archived
from tests.backup_rehearsal.report import Report
from tests.backup_rehearsal.repository import backups, copied, damaged, holds, size
from tests.backup_rehearsal.writing import CANARY


def encryption(report: Report, cluster: Cluster) -> None:
    """What the database holds in the clear is not in the repository; without compression, which would hide it too."""
    until_archived(cluster.url, switch=True)
    report.check("the canary is in the clear in the data directory", holds(cluster.data, CANARY))
    report.check("the canary is not in the repository", not holds(cluster.repository, CANARY))
    for name, kind in (("sealed", "aes-256-cbc"), ("open", "none")):
        path = cluster.folder / name
        more = {
            "PGBACKREST_REPO1_PATH": str(path),
            "PGBACKREST_REPO1_CIPHER_TYPE": kind,
            "PGBACKREST_COMPRESS_TYPE": "none",
        }
        # No archive goes there: the backup is of files alone.
        more |= {"PGBACKREST_ARCHIVE_CHECK": "n"}
        if kind == "none":
            more |= {"PGBACKREST_CONFIG_INCLUDE_PATH": str(cluster.folder / "lock")}
        path.mkdir()
        for command in (("stanza-create",), ("--type=full", "backup")):
            cluster.run("pgbackrest", "--stanza=saude", *command, more=more)
        found = holds(path, CANARY)
        report.check(
            f"uncompressed and {name}, it is {'there' if kind == 'none' else 'not there'}", found is (kind == "none")
        )
        shutil.rmtree(path)


def refusals(report: Report, cluster: Cluster) -> None:
    """A wrong key, a damaged backup, a hole in the archive, a server that runs: each is told in words."""
    done = cluster.backup("restore", check=False)
    report.check(
        "a restore over a running database is refused",
        done.returncode == 1 and "stop it first" in done.stderr,
        done.stderr,
    )
    with copied(cluster) as copy:
        copy.use_key("another key")
        for command in ("check", "restore"):
            done = copy.backup(command, check=False)
            report.check(
                f"a wrong key is refused by {command}",
                done.returncode == 1 and "its key is another one" in done.stderr,
                done.stderr,
            )
    for kind in ("full backup", "incremental backup"):
        with copied(cluster) as copy:
            damaged(copy, "I/" if kind.startswith("incr") else "F/")
            done = copy.backup("check", check=False)
            report.check(
                f"a damaged {kind} is found", done.returncode == 1 and "is damaged" in done.stderr, done.stderr
            )
    with copied(cluster) as copy:
        segments = sorted((copy.repository / "repository" / "archive").rglob("0000000100000000/0*-*"))
        gone = segments[-2]
        gone.unlink()
        done = copy.backup("check", check=False)
        name = gone.name.split("-")[0]
        report.check("a hole in the archive is found", done.returncode == 1 and name in done.stderr, done.stderr)
    report.check("the repository itself is whole", cluster.backup("check").returncode == 0)


def retention(report: Report, cluster: Cluster) -> None:
    """Forty days later, by a clock that is put forward: what nobody can need any more goes, the newest stays."""
    first = backups(cluster)[0]
    cluster.backup("now", "full")
    cluster.run("pgbackrest", "--stanza=saude", "expire")
    report.check("a backup stays while its days last", first in backups(cluster))
    newest = [name for name in backups(cluster) if name.endswith("F")][-1]
    before = size(cluster.repository)
    cluster.run("faketime", "+40 days", "pgbackrest", "--stanza=saude", "expire")
    left = backups(cluster)
    report.check("after its days it goes, with what is built on it", left == [newest], f"{left}, not {newest}")
    report.check(
        "its segments go too", not any((cluster.repository / "repository" / "archive").rglob("0000000100000000/0*-*"))
    )
    report.check("the repository is smaller", size(cluster.repository) < before)
    report.check("what is left is whole", cluster.backup("check").returncode == 0)
