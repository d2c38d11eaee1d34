"""The list of pages that a browser visits: nothing of dashboard/urls.py is left out."""

from django.urls import resolve

from tests.browser.sites import ACCOUNT, NO_PAGES, SIGNED_OUT, routes, sites

ANY = "01a21592-aa48-71ff-a4da-6ba033888974"


def test_every_address_is_a_page_or_named_as_none() -> None:
    found = {site.route: site.path for site in sites({"patient_id": ANY})}

    assert set(found) | NO_PAGES == set(routes())
    for path in found.values():
        assert resolve(path).func is not None


def test_what_is_named_is_there() -> None:
    assert set(routes()) >= NO_PAGES
    for path in (*ACCOUNT, *SIGNED_OUT):
        assert resolve(path).func is not None
