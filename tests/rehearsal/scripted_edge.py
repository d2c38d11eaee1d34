"""A second edge before applications that answer as a script says: who is asked how often, and what files they send."""

from collections.abc import Callable, Iterator
from typing import Final

from django.conf import settings

from embedded.ports import free_ports
from tests.faults.parts import Part
from tests.faults.waiting import until
from tests.rehearsal.clinic import Clinic
from tests.rehearsal.edge import Edge
from tests.rehearsal.promises import Asking, problem
from tests.rehearsal.scripted_cache import Application, kept
from tests.rehearsal.stage import Stage
from tests.rehearsal.tally import Tally
from tests.scripted import DROPPED, Asked, Reply, scripted

REPORT: Final = b"%PDF" * 30_000
NOBODY: Final = "127.0.0.1:1"


def check(stage: Stage, clinic: Clinic, tally: Tally) -> None:
    """Two applications that drop everything, then one of which one is away, then one that has files."""
    asked: list[str] = []

    def drop(request: Asked) -> Reply:
        asked.append(request.method)
        return DROPPED

    with scripted(drop) as first, scripted(drop) as second:
        web = [first.url.removeprefix("http://"), second.url.removeprefix("http://")]
        _with_edge(stage, clinic, tally, web, lambda asking: dropped(asking, asked))
    with scripted(lambda request: Reply(200, {"method": request.method})) as there:
        web = [NOBODY, there.url.removeprefix("http://")]
        _with_edge(stage, clinic, tally, web, away)
    for trusted in ("", "127.0.0.1"):
        application = Application()
        with scripted(application.answer) as there:
            web = [there.url.removeprefix("http://")]
            _with_edge(stage, clinic, tally, web, kept(application), trusted)
    media = stage.edge.folder / "media"
    (media / "reports").mkdir()
    (media / "reports/maría.pdf").write_bytes(REPORT)
    settings.configure(MEDIA_ROOT=media, BEHIND_PROXY=True)
    with scripted(_file) as files:
        _with_edge(stage, clinic, tally, [files.url.removeprefix("http://")], protected)


def _with_edge(
    stage: Stage,
    clinic: Clinic,
    tally: Tally,
    web: list[str],
    checks: Callable[[Asking], Iterator[str]],
    trusted: str = "",
) -> None:
    http, https, health = free_ports(3)
    folder = stage.folder / f"edge-{https}"
    folder.mkdir()
    for shared in ("static", "docs", "media", "acme", "certificates"):
        (folder / shared).symlink_to(stage.edge.folder / shared)
    edge = Edge(stage.edge.program, folder, (http, https, health), web, NOBODY, trusted)
    part: Part = stage.part(edge.service())
    part.start()
    asking = Asking(edge, clinic.certificate)
    until(lambda: _answers(asking), 30, "the second edge")
    for wrong in checks(asking):
        tally.check("edge: with applications of a script", wrong)
    part.stop()


def _answers(asking: Asking) -> bool:
    try:
        return asking.over_tls("/docs/").status == 200
    except OSError:
        return False


def dropped(asking: Asking, asked: list[str]) -> Iterator[str]:
    """A request that was sent goes to a second application only where a second time does nothing."""
    for method, times in (("GET", 2), ("POST", 1), ("PATCH", 1), ("PUT", 1), ("DELETE", 1)):
        asked.clear()
        yield problem(asking.over_tls("/api/v1/patients/", method), 502, "unavailable")
        yield "" if asked == [method] * times else f"{method} was sent {len(asked)} times in place of {times}"


def away(asking: Asking) -> Iterator[str]:
    """Where nothing of it was sent, each goes to the one that is there."""
    for method in ("GET", "POST", "PATCH", "PUT", "DELETE"):
        for _ in range(4):
            status = asking.over_tls("/api/v1/patients/", method).status
            yield "" if status == 200 else f"{method} is {status} while one of two is away"


def _file(request: Asked) -> Reply:
    """As a view of the application does it."""
    from project.protected_files import protected_file

    response = protected_file("reports/maría.pdf", name="Relatório.pdf", media_type="application/pdf")
    return Reply(200, response.getvalue() if not response.streaming else b"", dict(response.items()))


def protected(asking: Asking) -> Iterator[str]:
    """At the application's word the file comes, whole or a part; without it, it does not."""
    yield problem(asking.over_tls("/protected/reports/mar%C3%ADa.pdf"), 404, "not-found")
    answer = asking.over_tls("/api/v1/reports/1/", X_Request_ID="rehearsal-file")
    told = (answer.status, answer.body == REPORT, answer.first("Content-Type"), answer.first("Cache-Control"))
    yield "" if told == (200, True, "application/pdf", "private, no-store") else f"{told}"
    yield "" if "Relat%C3%B3rio.pdf" in answer.first("Content-Disposition") else f"{answer.headers}"
    yield "" if answer.all("X-Request-ID") == ["rehearsal-file"] and not answer.all("X-Accel-Redirect") else "its head"
    part = asking.over_tls("/api/v1/reports/1/", Range="bytes=4-7")
    yield "" if (part.status, part.body) == (206, b"%PDF") else f"a part is {part.status}"
