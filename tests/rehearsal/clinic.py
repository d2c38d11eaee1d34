"""The small clinic that is asked about, filled through the API."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from tests.rehearsal.sender import Sender
from tests.rehearsal.stage import MEMBER, Stage
from tests.rehearsal.tally import Tally

PATIENTS: Final = 6
NAMES: Final = ("Zenobia Quartzo", "Ulrico Brasa", "Ottilia Nevoa", "Pancracio Lume", "Filomena Sal", "Gaspar Vento")
HISTORY_DAYS: Final = 14
# Before it lies what is written under load.
ERA_END: Final = datetime(2010, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Clinic:
    """Who asks, about whom, and how to reach them."""

    url: str
    certificate: ssl.SSLContext
    token: str
    patients: list[str]

    def sender(self, tally: Tally) -> Sender:
        """Another client of the same person."""
        return Sender(self.url, self.certificate, tally, self.token)


def clinic(stage: Stage, tally: Tally) -> Clinic:
    """Sign in, and make the patients with their history."""
    certificate = ssl.create_default_context(cafile=str(stage.edge.folder / "certificates/fullchain.pem"))
    credentials = {"username": MEMBER["username"], "password": stage.state.user_password}
    signing_in = Sender(stage.edge.url, certificate, tally)
    told = signing_in.write("sign in", "POST", "/api/v1/auth/token/", (200,), json=credentials)
    if told is None:
        raise RuntimeError(f"nobody can sign in: {tally.failures}")
    made = Clinic(stage.edge.url, certificate, told.json()["access"], [])
    sender = made.sender(tally)
    for number in range(PATIENTS):
        body = {"name": NAMES[number], "timezone": "America/Sao_Paulo", "external_ref": f"R-{number}"}
        answer = sender.write("patients", "POST", "/api/v1/patients/", (201,), json=body)
        if answer is None:
            raise RuntimeError(f"no patient could be made: {tally.failures}")
        made.patients.append(answer.json()["id"])
        sender.write(
            "history", "POST", f"/api/v1/patients/{made.patients[-1]}/readings/", (200, 201), json=_history(number)
        )
    return made


def _history(number: int) -> dict[str, object]:
    end = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=1)
    count = HISTORY_DAYS * 288
    times = (end - timedelta(minutes=5 * step) for step in range(count))
    values = (70 + (37 * step + 11 * number) % 150 for step in range(count))
    return {
        "readings": [
            {"time": time.isoformat(), "value": value, "cadence_minutes": 5}
            for time, value in zip(times, values, strict=True)
        ]
    }
