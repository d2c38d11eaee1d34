"""Vendors' accounts of the clinic: how they do, connecting one, and whom they follow."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page, user_of_page
from dashboard.account_words import account_words, people_words
from dashboard.shell import render_page
from glucose.selectors.accounts import visible_account
from glucose.services.accounts import REGIONS_OF
from patients.reviews import rules_of

KINDS: Final = tuple((kind.value, kind.label) for kind in REGIONS_OF)
# Of the vendor that does not tell the region itself.
SHARE_REGIONS: Final = tuple(sorted(*(regions for regions in REGIONS_OF.values() if "" not in regions)))


@member_page(Act.READ_SOURCES)
def accounts(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The page; the accounts come by the data of `librelinkup/accounts/`."""
    context = {
        "words": account_words(),
        "kinds": KINDS,
        "share_regions": SHARE_REGIONS,
        "may_write": caller.may(Act.WRITE_SOURCES),
        "may_sync": caller.may(Act.SYNC_SOURCES),
    }
    return render_page(request, caller, "dashboard/accounts.html", context, place="accounts")


@member_page(Act.READ_SOURCES)
def account(request: HttpRequest, caller: Caller, account_id: UUID) -> HttpResponse:
    """One account; AccountNotFound where the clinic does not have it."""
    context = {
        "account": visible_account(caller, account_id),
        "words": account_words() | people_words(),
        "may_write": caller.may(Act.WRITE_SOURCES),
        "may_sync": caller.may(Act.SYNC_SOURCES),
        "clinic_zone": rules_of(caller).timezone,
        "person": user_of_page(request),
    }
    return render_page(request, caller, "dashboard/account.html", context, place="accounts")
