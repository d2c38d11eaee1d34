"""What a second edge keeps of what an application answers, and what the application is told of a request."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tests.faults.waiting import NotInTime, until
from tests.rehearsal.promises import Asking
from tests.scripted import Asked, Reply

DOCUMENT: Final = "/api/schema/"
AT_ONCE: Final = 8


class Application:
    """Answers the document with a number that rises, for as long as it is said to be kept."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.headers: dict[str, str] = {}
        self.go_on = threading.Event()
        self.go_on.set()

    def answer(self, request: Asked) -> Reply:
        """Which answer it is."""
        self.asked.append(request)
        self.go_on.wait(30)
        return Reply(200, {"number": len(self.asked)}, self.headers)


def kept(application: Application) -> Callable[[Asking], Iterator[str]]:
    """The checks, for an edge before this application."""

    def checks(asking: Asking) -> Iterator[str]:
        yield from _addresses(asking, application)
        yield from _never(asking, application)
        yield from _once(asking, application)
        yield from _stale(asking, application)

    return checks


def _addresses(asking: Asking, application: Application) -> Iterator[str]:
    asking.over_tls("/api/v1/patients/", X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="http")
    told = {name: application.asked[-1].headers.get(name) for name in ("X-Forwarded-For", "X-Forwarded-Proto")}
    wanted = "203.0.113.9" if asking.edge.trusted else "127.0.0.1"
    yield "" if told == {"X-Forwarded-For": wanted, "X-Forwarded-Proto": "https"} else f"it is told {told}"


def _never(asking: Asking, application: Application) -> Iterator[str]:
    """An answer that says of itself that it is somebody's is not kept, not even here; nor is anything elsewhere."""
    for number, said in enumerate(({"Cache-Control": "private"}, {"Cache-Control": "no-store"}, {"Set-Cookie": "a=b"})):
        application.headers = said
        answers = [asking.over_tls(f"{DOCUMENT}?never={number}").body for _ in range(2)]
        yield "" if answers[0] != answers[1] else f"an answer with {said} is kept"
    application.headers = {"Cache-Control": "public, max-age=600"}
    for path in ("/api/v1/patients/", "/api/v1/definitions/", "/account/", "/problems/", "/api/schema"):
        answers = [asking.over_tls(path, Authorization="Bearer x").body for _ in range(2)]
        yield "" if answers[0] != answers[1] else f"{path} is kept"


def _once(asking: Asking, application: Application) -> Iterator[str]:
    """Many who ask at once for what is not there yet are one request, which does not say who they are."""
    application.headers = {"Cache-Control": "public, max-age=1"}
    application.go_on.clear()
    before = len(application.asked)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [
            pool.submit(asking.over_tls, DOCUMENT, Authorization=f"Bearer {number}", Cookie="sessionid=hers")
            for number in range(AT_ONCE)
        ]
        until(lambda: len(application.asked) > before, 30, "the first of them to be asked")
        application.go_on.set()
        answers = {one.result().body for one in waiting}
    asked = application.asked[before:]
    yield "" if (len(asked), len(answers)) == (1, 1) else f"{AT_ONCE} at once were {len(asked)} requests"
    told = {"Authorization", "Cookie"} & {name for one in asked for name in one.headers}
    yield "" if not told else f"the application is told {told}"


def _stale(asking: Asking, application: Application) -> Iterator[str]:
    """What is too old is answered at once all the same, and asked for anew behind it."""
    before = len(application.asked)
    seen: list[str] = []

    def has_changed() -> bool:
        seen.append(asking.over_tls(DOCUMENT).first("X-Cache"))
        return len(application.asked) > before and seen[-1] == "HIT"

    try:
        until(has_changed, 30, "the document to be asked anew", 0.2)
    except NotInTime as error:
        yield str(error)
    states = set(seen)
    yield "" if "STALE" in states and states <= {"HIT", "STALE", "UPDATING"} else f"meanwhile it was {states}"
