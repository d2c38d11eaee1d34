"""Who is due for review, and the review itself."""

from django.http import HttpRequest, HttpResponse

from accounts.callers import Caller
from accounts.roles import Act
from dashboard.access import member_page
from dashboard.review_words import outcome_words, review_words
from dashboard.shell import render_page
from dashboard.today_words import category_words


@member_page(Act.READ_REVIEWS)
def reviews(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The page; the queue comes by the data of `reviews/`."""
    context = {
        "words": review_words(),
        "outcomes": outcome_words(),
        "categories": category_words(),
        "may_write": caller.may(Act.WRITE_REVIEWS),
    }
    return render_page(request, caller, "dashboard/reviews.html", context, place="reviews")
