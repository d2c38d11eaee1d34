"""What the machine and the edge tell: room on the volumes, and when the certificate of the TLS server ends."""

import logging
import shutil
import ssl
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from cryptography.x509 import load_pem_x509_certificate
from django.conf import settings
from prometheus_client.core import GaugeMetricFamily, Metric

log = logging.getLogger(__name__)
PATIENCE_SECONDS: Final = 3.0


class MachineFigures:
    """Asks at each scrape; what is not set is not told."""

    def collect(self) -> Iterator[Metric]:
        """Each volume of METRICS_VOLUMES by its name, and the certificate that METRICS_TLS shows."""
        room, ends = _families()
        if settings.METRICS_VOLUMES:
            for folder in sorted(Path(settings.METRICS_VOLUMES).iterdir()):
                # What the file system says of itself: nothing in it is read.
                usage = shutil.disk_usage(folder)
                room.add_metric([folder.name, "free"], usage.free)
                room.add_metric([folder.name, "size"], usage.total)
        if settings.METRICS_TLS:
            ends_at = certificate_ends(settings.METRICS_TLS)
            if ends_at is not None:
                ends.add_metric([], ends_at)
        yield from (room, ends)

    def describe(self) -> Iterable[Metric]:
        """Without asking."""
        return _families()


def certificate_ends(address: str) -> float | None:
    """Epoch seconds; None where nobody answers there by TLS. Who signed it is the client's to check."""
    host, _, port = address.rpartition(":")
    try:
        text = ssl.get_server_certificate((host, int(port)), timeout=PATIENCE_SECONDS)
        return load_pem_x509_certificate(text.encode()).not_valid_after_utc.timestamp()
    except (OSError, ValueError) as error:
        log.debug("the certificate of %s is not known: %s", address, type(error).__name__)
        return None


def _families() -> list[GaugeMetricFamily]:
    return [
        GaugeMetricFamily("saude_volume_bytes", "Room of a volume: free, and size.", labels=["volume", "kind"]),
        GaugeMetricFamily("saude_certificate_ends_timestamp_seconds", "When the edge's certificate ends."),
    ]
