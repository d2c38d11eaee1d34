"""The faults: what each does, which part of `/health/` it breaks, and how it is mended where it must be."""

import contextlib
import random
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import redis

from tests.faults.stage import Stage
from work.queues import QUEUES

DAY_SECONDS: Final = 86_400.0
KILL, TERM = signal.SIGKILL, signal.SIGTERM


@dataclass(frozen=True, slots=True)
class Kind:
    """A fault. ``names`` are the parts of which one has to be named while it lasts; none for what is over at once."""

    name: str
    strike: Callable[[Stage, random.Random], None]
    mend: Callable[[Stage], None]
    names: tuple[str, ...] = ()
    kills: str = ""
    needs_disk: bool = False

    @property
    def of_clock(self) -> bool:
        """Whether the product works on, by a wrong clock."""
        return self.name.startswith("clock")


def _down(part: str, *, number: signal.Signals = KILL) -> Callable[[Stage, random.Random], None]:
    def strike(stage: Stage, chance: random.Random) -> None:
        # It stays down until the fault is mended; or it is back as soon as the keeper sees it.
        stage.parts[part].held = True
        stage.parts[part].signal(number, whole=number is TERM or chance.random() < 0.7 or "worker" not in part)

    return strike


def _up(part: str) -> Callable[[Stage], None]:
    def mend(stage: Stage) -> None:
        stage.parts[part].held = False

    return mend


def _empty_redis(stage: Stage, _chance: random.Random) -> None:
    url = f"redis://:{stage.state.redis_password}@127.0.0.1:{stage.state.redis_port}/0"
    with contextlib.closing(redis.Redis.from_url(url)) as client:
        client.flushall()


def _jump(seconds: float) -> Callable[[Stage, random.Random], None]:
    return lambda stage, _chance: stage.set_clock(seconds)


def _nothing(_stage: Stage) -> None:
    pass


def _kill(part: str, names: tuple[str, ...]) -> Kind:
    return Kind(f"{part} killed", _down(part), _up(part), names, kills=part)


KINDS: Final = (
    *(_kill(f"worker-{queue}", ("dramatiq",)) for queue in QUEUES),
    _kill("scheduler", ("scheduler",)),
    _kill("redis", ("redis",)),
    _kill("database", ("timescaledb",)),
    _kill("web", ("web",)),
    _kill("live", ("live",)),
    Kind("redis emptied", _empty_redis, _nothing),
    Kind("database restarting", _down("database", number=TERM), _up("database"), ("timescaledb",)),
    Kind(
        "disk full",
        lambda stage, _chance: stage.disk.fill(),
        lambda stage: stage.disk.free(),
        ("timescaledb", "redis", "dramatiq", "scheduler"),
        needs_disk=True,
    ),
    Kind("clock a day ahead", _jump(DAY_SECONDS), lambda stage: stage.set_clock(0.0)),
    Kind("clock a day behind", _jump(-DAY_SECONDS), lambda stage: stage.set_clock(0.0)),
)
