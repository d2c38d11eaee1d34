"""Which pages there are: read from the addresses of the site, so that a new page is looked at from its first day."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.urls import URLPattern

# Of the pages before one is signed in and of one's own account; those of allauth are many, these are ours to draw.
ACCOUNT: Final = ("/account/", "/account/password/change/", "/account/2fa/")
SIGNED_OUT: Final = ("/account/login/", "/account/password/reset/")
# Forms that a page sends and data for scripts: no page of their own. Each is named, so that nothing is left out unseen.
NO_PAGES: Final = {"appearance/", "sparks/", "preferences/<slug:name>/"}


class UnknownAddressError(Exception):
    """An address needs something that nobody here knows how to fill in; the message says what."""


@dataclass(frozen=True, slots=True)
class Site:
    """A page by its address in dashboard/urls.py, and where a visitor finds it."""

    route: str
    path: str


def sites(given: dict[str, str], *, about_patients: bool = True) -> list[Site]:
    """Every page of the clinic, with the values of ``given`` in its address; UnknownAddressError."""
    wanted = [route for route in routes() if route not in NO_PAGES and (about_patients or "patient_id" not in route)]
    return [Site(route, f"/clinic/{_filled(route, given)}") for route in wanted]


def routes() -> Iterator[str]:
    """The addresses of dashboard/urls.py without what it includes: that is the data."""
    from dashboard.urls import urlpatterns

    for one in urlpatterns:
        if isinstance(one, URLPattern):
            yield str(one.pattern)


def _filled(route: str, given: dict[str, str]) -> str:
    path = route
    for name, value in given.items():
        for kind in ("uuid", "slug", "str", "int"):
            path = path.replace(f"<{kind}:{name}>", value)
    if "<" in path:
        raise UnknownAddressError(f"{route}: say in tests/browser what to fill in, or name it among what is no page")
    return path
