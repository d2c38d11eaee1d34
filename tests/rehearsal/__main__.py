"""``python -m tests.rehearsal``: the edge with three real web processes under load.

The last line is ``rehearse: N checked, F failed``; N counts requests. A GET that is not answered as expected, as a
whole and at the first try, is a failure; so is a write that is never answered, was lost, or was applied twice. A write
whose answer was lost is sent again by the client, under its Idempotency-Key where there is one, as the project's own
client does: that is told, and is no failure if it was applied once.
On the embedded database, or on one of its own on the server of DATABASE_URL. 1 where something failed, 2 where it could
not be tried.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg

from embedded.testing import ServerStartError
from tests.faults.parts import Part
from tests.faults.waiting import NotInTime, until
from tests.rehearsal import floods, promises, scripted_edge
from tests.rehearsal.clinic import Clinic, clinic
from tests.rehearsal.edge import NoNginxError
from tests.rehearsal.ledger import Ledger, differences
from tests.rehearsal.load import Worker, workers
from tests.rehearsal.report import print_report
from tests.rehearsal.stage import DRAIN_SECONDS, WEBS, Stage, stage
from tests.rehearsal.streams import Listener, Newest
from tests.rehearsal.tally import Tally
from tests.rehearsal.versions import Version, replacing, running


def main(arguments: Sequence[str]) -> int:
    """Run it, print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.rehearsal")
    parser.add_argument("--from", dest="revision", help="the version that runs first: a revision; else this tree")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long it is measured before and after")
    parser.add_argument("--logs", type=Path, help="a folder that keeps what every process printed")
    asked = parser.parse_args(arguments)
    for name in [name for name in os.environ if name.endswith("_FILE")]:
        del os.environ[name]
    tally = Tally()
    try:
        with tempfile.TemporaryDirectory(prefix="saude-versions-") as name:
            old = running(asked.revision, Path(name, "old"))
            new = replacing(Path(name, "next"))
            with stage(old, asked.logs) as made:
                _rehearse(made, old, new, tally, asked.seconds)
    except (NoNginxError, ServerStartError, psycopg.OperationalError) as error:
        print(f"rehearse: {error}", file=sys.stderr)
        return 2
    except (NotInTime, RuntimeError) as error:
        tally.check("the rehearsal itself", str(error))
    return print_report(tally)


def _rehearse(made: Stage, old: Version, new: Version, tally: Tally, seconds: float) -> None:
    print(f"rehearse: {made.about}; {WEBS} web processes: {old.name}, replaced by {new.name}", flush=True)
    webs = [made.web(number, old) for number in range(WEBS)]
    for web in webs:
        web.start()
    _static_files(made, new)
    for number in range(WEBS):
        made.until_ready(number)
    filled = clinic(made, tally)
    ledger, listener, newest = Ledger(), Listener(filled, tally), Newest(filled, tally)
    busy = [*workers(filled, tally, ledger), Worker("newest", newest.act(), 2.0)]
    listener.start()
    until(lambda: listener.opened, 60, "the stream")
    for worker in busy:
        worker.start()
    _under_load(made, filled, webs, new, tally, seconds)
    _end(busy, listener, tally)
    for what, wrong in differences(ledger, filled, made.database_url, filled.sender(tally)):
        tally.check(f"in the end, {what}", wrong)
    _stream_told(listener, newest, tally)
    with tally.phase("what the edge promises"):
        promises.check(made.edge, filled, tally)
        scripted_edge.check(made, filled, tally)
        floods.check(made.edge, tally)


def _under_load(made: Stage, filled: Clinic, webs: list[Part], new: Version, tally: Tally, seconds: float) -> None:
    pause = _Pause(tally)
    pause.wait(5)
    with tally.phase("before"):
        pause.wait(seconds)
    with tally.phase("one is killed and started again"):
        began = time.monotonic()
        webs[0].signal(signal.SIGKILL)
        until(lambda: not webs[0].runs(), 10, "the killed process to be gone")
        pause.wait(3)
        webs[0].start()
        made.until_ready(0)
        tally.notes.append(f"the killed process was away for {time.monotonic() - began:.1f} s")
        pause.wait(3)
    with tally.phase("the next version migrates"):
        made.migrate(new)
    for number in range(WEBS):
        with tally.phase(f"process {number + 1} becomes the next version"):
            tally.notes.append(_replace(made, webs, number, new))
            pause.wait(3)
    with tally.phase("nginx takes a new certificate"):
        _recertify(made, filled)
    with tally.phase("nginx reloads three times"):
        for _ in range(3):
            made.edge.reload()
            pause.wait(2)
    with tally.phase("after"):
        pause.wait(seconds)


def _replace(made: Stage, webs: list[Part], number: int, new: Version) -> str:
    began = time.monotonic()
    os.kill(webs[number].processes()[0], signal.SIGTERM)
    until(lambda: not webs[number].runs(), DRAIN_SECONDS, "a web process to end what it does")
    drained = time.monotonic()
    webs[number] = made.web(number, new)
    webs[number].start()
    made.until_ready(number)
    ready = time.monotonic()
    return (
        f"process {number + 1}: {drained - began:.1f} s until the old one had ended,"
        f" {ready - drained:.1f} s until the new one served"
    )


def _recertify(made: Stage, filled: Clinic) -> None:
    """start.sh sees it by itself."""
    made.edge.certify(filled.certificate)
    wanted = promises.certificate_there(made.edge)
    until(lambda: promises.certificate_served(made.edge) == wanted, 30, "the new certificate to be served")


class _Pause:
    """Lets the load go on."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        until(lambda: time.monotonic() >= end, seconds + 60, "the time to pass")


def _end(busy: list[Worker], listener: Listener, tally: Tally) -> None:
    for worker in busy:
        worker.stop()
    for worker in busy:
        worker.join(120)
        wrong = f"{type(worker.error).__name__}: {worker.error}" if worker.error else ""
        tally.check(f"the client {worker.name}", wrong or ("is stuck" if worker.is_alive() else ""))
    listener.stop()
    listener.join(60)


def _stream_told(listener: Listener, newest: Newest, tally: Tally) -> None:
    missing = [one for one in newest.sent if one not in listener.told]
    wrong = f"{len(missing)} of {len(newest.sent)} new readings were not told by the stream"
    tally.check("in the end, the stream", wrong if missing or not newest.sent else "")
    tally.notes.append(f"the stream was opened {listener.opened} times and told {len(listener.told)} new readings")


def _static_files(made: Stage, version: Version) -> None:
    """As the image has them; and a page where `make docs` puts the documentation."""
    environment = {**os.environ, **made.environment, "STATIC_ROOT": str(made.edge.folder / "static")}
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, cwd=version.folder, env=environment, check=True)
    docs = made.edge.folder / "docs"
    (docs / "assets").mkdir()
    (docs / "index.html").write_text("<!doctype html><title>documentation</title>", encoding="utf-8")
    shutil.copy(made.edge.folder / "static/admin/js/core.js", docs / "assets/app.0a1b2c3d.js")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
