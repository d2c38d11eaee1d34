"""What an open page asks after its session ended: who is signed in now, and the token that goes with their changes."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_safe


@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """The user's id, null where nobody is signed in, and a token: a sign-in makes the one of the page useless."""
    user = request.user
    return JsonResponse({"user": user.pk if user.is_authenticated else None, "csrf": get_token(request)})
