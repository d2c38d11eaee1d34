"""The list of pages that a browser visits: nothing of dashboard/urls.py is left out."""

from django.urls import resolve

from tests.browser.sites import ACCOUNT, FORMS, KNOWN, SIGNED_OUT, routes, sites, wanted

ANY = "01a21592-aa48-71ff-a4da-6ba033888974"


def test_every_page_is_visited() -> None:
    found = {site.route: site.path for site in sites(dict.fromkeys(KNOWN, ANY))}

    assert set(found) == {route for route, name in routes() if name}
    for path in found.values():
        assert resolve(path).url_name is not None


def test_nothing_is_in_an_address_that_nobody_can_fill_in() -> None:
    for route, name in routes():
        assert not name or wanted(route) <= set(KNOWN), f"tests/browser/stage.py has nothing to fill into {route}"


def test_what_is_named_is_there() -> None:
    for path in (*ACCOUNT, *SIGNED_OUT, *(f"/clinic/{form}/" for form in FORMS)):
        assert resolve(path).func is not None
