"""What an operator does, done in the operators' process as their role.

``python -m tests.security.operators``, with DATABASE_URL of the role, ADMIN_ENABLED, and the world on standard input,
prints a JSON list of [what, how it failed or null]. The operator ``olga`` is there already.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from tests.security.world import World

OPERATOR: Final = "/operator/"
PASSWORD: Final = "correct horse battery"


def pieces(world: World) -> Iterator[tuple[str, Callable[[], None]]]:
    """Both factors, every list, a clinic of others set up, and a user of others switched off."""
    from django.test import Client

    from accounts import identity
    from accounts.models import Clinic, User
    from tests.second_factors import SECRET, code_at, enrol_app

    now = datetime.now(UTC)
    browser = Client(headers={"host": "localhost"})

    def sent(address: str, **values: str) -> Any:
        response = browser.post(address, values, secure=True)
        assert response.status_code == 302, response.status_code
        return response

    def sign_in() -> None:
        olga = User.objects.get(username="olga")
        with identity.acting(olga.id):
            enrol_app(olga, now)
        sent("/account/login/", login="olga", password=PASSWORD)
        sent("/account/2fa/authenticate/", code=code_at(now, SECRET))

    def read(path: str, count: int) -> None:
        response = browser.get(OPERATOR + path, secure=True)
        assert response.status_code == 200, response.status_code
        rows = len(re.findall('<th [^>]*class="field-', response.content.decode()))
        assert rows >= count, rows

    def policy() -> None:
        sent(f"{OPERATOR}accounts/clinic/{world.theirs.clinic}/change/", name="Clínica Sul", second_factor="staff")
        assert Clinic.objects.get(id=world.theirs.clinic).second_factor == "staff"

    def new_clinic() -> None:
        sent(f"{OPERATOR}accounts/clinic/add/", name="Clínica Oeste", second_factor="everyone")

    def switch_off() -> None:
        user = world.theirs.users["researcher"]
        sent(f"{OPERATOR}accounts/user/{user}/change/")
        assert not User.objects.get(id=user).is_active

    yield "sign in with both factors", sign_in
    for path in ("accounts/clinic/", "accounts/membership/", "accounts/user/", "glucose/sourceaccount/",
                 "work/task/", "work/deadletter/", "work/scheduledrun/"):  # fmt: skip
        yield f"read {path} of both clinics", lambda path=path: read(path, 2)  # type: ignore[misc]
    yield "read analytics/alertstate/", lambda: read("analytics/alertstate/", 0)
    # The world's entries are delivered, and shown no more.
    yield "read work/outboxentry/", lambda: read("work/outboxentry/", 0)
    yield "set the policy of a clinic", policy
    yield "make a clinic", new_clinic
    yield "switch a user off", switch_off


def main() -> None:
    """Do it all, and print how it went."""
    import django

    if "--plain" in sys.argv:
        from tests.security.plain import without_timescale

        without_timescale()
    django.setup()
    results: list[tuple[str, str | None]] = []
    for name, piece in pieces(World.read(sys.stdin.read())):
        try:
            piece()
            results.append((name, None))
        except Exception as error:  # each is told
            results.append((name, f"{type(error).__name__}: {error}"))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
