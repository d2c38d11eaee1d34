"""Password resets by mail. Whoever asks learns nothing: neither from the answer nor from how long it takes."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts import mail, sealing
from accounts.models import User
from api.addresses import client_address
from api.counters import counters
from api.errors import TooManyRequests
from work.queues import CRITICAL
from work.services import send

HOUR_SECONDS: Final = 3_600
# What an address is sealed for while it waits in the queue.
PLACE: Final = "accounts.resets.address"


def ask(request: HttpRequest, *, email: str, language: str, now: datetime) -> None:
    """Send the address to the actor, known or not; TooManyRequests after too many from one client.

    Whose address is asked for too often gets no more mail, and whoever asked is told the same as ever.
    """
    wait = _wait("address", client_address(request), settings.PASSWORD_RESETS_PER_ADDRESS, now)
    if wait:
        raise TooManyRequests("Too many password resets.", wait)
    if not _wait("email", email.lower(), settings.PASSWORD_RESETS_PER_ACCOUNT, now):
        send("mail_password_reset", queue=CRITICAL, address=sealing.seal(PLACE, email), language=language)


def mail_link(address: str, language: str) -> bool:
    """Mail a link to the user with the encrypted address; False where no user who can sign in has it.

    The link is Django's: it is used up by the new password, and by signing in.
    """
    user = User.objects.with_email(sealing.unseal(PLACE, address)).filter(is_active=True).first()
    if user is None:
        return False
    place = [urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
    mail.send(
        "password_reset",
        to=user.email,
        language=language,
        name=user.get_full_name(),
        username=user.sign_in_name,
        path=reverse("account_reset_password_from_key", args=place),
    )
    return True


def _wait(kind: str, value: str, quota: int, now: datetime) -> int:
    """Seconds until another one is let through; 0 where this one is, and counts."""
    if not quota:
        return 0
    hidden = salted_hmac(f"saude.resets.{kind}", value, algorithm="sha256").hexdigest()[:32]
    taken, _, more_after = counters().run(
        "count_request", [f"reset:{kind}:{hidden}"], [quota, HOUR_SECONDS, int(now.timestamp())]
    )
    return 0 if taken else int(more_after)
