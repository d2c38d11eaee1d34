"""A region becomes a part of the name of the host that the password is sent to."""

import pytest

from glucose.sources.librelinkup_client import Endpoint

VENDOR = Endpoint("https://api.libreview.io", "https://api-{region}.libreview.io", "4.16.0", 20.0)


def test_a_known_region_has_a_host_of_its_own() -> None:
    assert VENDOR.url("eu2") == "https://api-eu2.libreview.io"


@pytest.mark.parametrize("region", ["", "x.example.org/", "eu@example.org/?", "moon"])
def test_any_other_leads_to_the_global_host(region: str) -> None:
    assert VENDOR.url(region) == "https://api.libreview.io"
