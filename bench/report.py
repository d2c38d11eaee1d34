"""What is printed: the machine, and each ratio with both sides, its goal and whether it is met."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.server import MeasuredServer
from bench.timing import Spread


@dataclass(frozen=True, slots=True)
class Ratio:
    """A result: a value with its goal, and the two sides that it comes from."""

    name: str
    value: float
    goal: tuple[Literal["at most", "at least"], float]
    sides: tuple[Spread, Spread]
    unit: str = "times"

    @property
    def met(self) -> bool:
        """Whether the value is on the right side of the goal."""
        direction, limit = self.goal
        return self.value <= limit if direction == "at most" else self.value >= limit


def print_machine(server: MeasuredServer) -> None:
    """Where this is measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"machine: {_cpu_model()}, {os.cpu_count()} cores, {memory:.0f} GiB memory")
    print(f"server: PostgreSQL {server.postgresql}, TimescaleDB {server.timescaledb}, {server.origin}")


def print_benchmark(name: str, about: str) -> None:
    """A heading: the name, and what the benchmark says of itself."""
    print(f"\n== {name}: {about.strip()}", flush=True)


def print_dataset(text: str) -> None:
    """What is measured on."""
    print(f"dataset: {text}", flush=True)


def print_ratio(ratio: Ratio) -> None:
    """One result."""
    print(f"\n{ratio.name}")
    for side in ratio.sides:
        numbers = "  ".join(f"{value:>12,.{_decimals(value)}f}" for value in (side.minimum, side.median, side.maximum))
        print(f"  {side.name:<34} min / median / max {numbers}  {side.unit}")
    if any(side.disturbed for side in ratio.sides):
        print("  (disturbed: the machine was busy with something else, measure again)")
    direction, limit = ratio.goal
    verdict = "met" if ratio.met else "BEHIND"
    print(f"  {ratio.value:.2f} {ratio.unit}, goal {direction} {limit:g}: {verdict}", flush=True)


def _decimals(value: float) -> int:
    return 0 if value >= 1000 else 2


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
