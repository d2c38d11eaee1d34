"""Which pages there are: read from the addresses of the site, so that a new page is looked at from its first day.

A page has a name in dashboard/urls.py; what has none answers a page's script. `make browser` asks those too, whether
one of them is a page after all.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import URLPattern

# Of the pages before one is signed in and of one's own account; those of allauth are many, these are ours to draw.
ACCOUNT: Final = ("/account/", "/account/password/change/", "/account/2fa/")
SIGNED_OUT: Final = ("/account/login/", "/account/password/reset/")
# Named, and answers a form only.
FORMS: Final = ("appearance",)
# What stage.py finds something for.
KNOWN: Final = ("patient_id", "account_id")
CLINIC: Final = "/clinic/"
PART: Final = re.compile(r"<\w+:(\w+)>")


@dataclass(frozen=True, slots=True)
class Site:
    """A page by its address in dashboard/urls.py, and where a visitor finds it."""

    route: str
    path: str


def sites(given: Mapping[str, str]) -> list[Site]:
    """Every page of the clinic whose address needs nothing but the values of ``given``."""
    return [
        Site(route, CLINIC + filled(route, given)) for route, name in routes() if name and wanted(route) <= set(given)
    ]


def others(given: Mapping[str, str]) -> list[str]:
    """The addresses without a name, as paths."""
    return [CLINIC + filled(route, given) for route, name in routes() if not name]


def routes() -> Iterator[tuple[str, str]]:
    """The addresses of dashboard/urls.py with their names, without what it includes: that is the data."""
    from dashboard.urls import urlpatterns

    for one in urlpatterns:
        if isinstance(one, URLPattern) and one.name not in FORMS:
            yield str(one.pattern), one.name or ""


def wanted(route: str) -> set[str]:
    """What has to be filled in."""
    return set(PART.findall(route))


def filled(route: str, given: Mapping[str, str]) -> str:
    """The address with the values, `none` where there is no value."""
    return PART.sub(lambda part: given.get(part[1], "none"), route)
