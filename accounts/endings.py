"""Why a session was revoked."""

from django.db import models


class Ending(models.TextChoices):
    """Why a session was revoked; one that ran out was not."""

    LOGOUT = "logout"
    LOGOUT_EVERYWHERE = "logout everywhere"
    ENDED = "ended from the list"
    REUSE = "refresh token used twice"
    PASSWORD = "new password"  # noqa: S105 -- a reason
    DEACTIVATED = "user deactivated"
    EMAIL = "new e-mail"
    FACTOR_LOST = "second factor lost"
    FACTOR_ADDED = "first second factor"
