"""How often each schedule is due: with when it was last done, whether it is late."""

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily, Metric

from work.schedules import REGISTER


class ScheduleFigures:
    """All that are registered; the actors have to be imported."""

    def collect(self) -> Iterable[Metric]:
        """A number for each."""
        every = GaugeMetricFamily("saude_schedule_every_seconds", "The length of a period.", labels=["schedule"])
        for schedule in REGISTER.values():
            every.add_metric([schedule.name], schedule.every.total_seconds())
        return [every]
