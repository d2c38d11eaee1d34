"""What can be wrong with who is asking."""


class WrongCredentials(Exception):
    """The user name or the password is wrong; the answer does not say which."""

    def __init__(self) -> None:
        super().__init__("The user name or the password is wrong.")


class SecondFactorMissing(Exception):
    """A second factor is enrolled, and no code came with the password."""

    def __init__(self) -> None:
        super().__init__("Send otp too: the code of the authenticator app, or a recovery code.")


class SecondFactorNotEnrolled(Exception):
    """The clinic wants a second factor that can be typed, and the user has none."""

    def __init__(self) -> None:
        super().__init__("Set up an authenticator app on the pages of your account, then sign in with its code.")


class TokenRefused(Exception):
    """The token is expired, used, revoked, or not ours."""

    def __init__(self, detail: str = "Sign in again; this token is expired, used or not ours.") -> None:
        super().__init__(detail)


class SessionNotFound(Exception):
    """The user has no such session that is not over."""

    def __init__(self) -> None:
        super().__init__("You have no such session, or it is over.")


class KeyNotFound(Exception):
    """The clinic has no such key."""

    def __init__(self) -> None:
        super().__init__("The clinic has no such key.")


class KeyExpired(Exception):
    """The key has expired, so that a new secret of it would open nothing."""

    def __init__(self) -> None:
        super().__init__("This key has expired; make a new one.")


class NotAllowed(Exception):
    """The caller's role does not allow the act on what they may see."""

    def __init__(self, detail: str = "Your role in the clinic does not allow this.") -> None:
        super().__init__(detail)


class IdempotencyKeyReused(Exception):
    """The key belongs to another request."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was sent with another request before; take a new one for a new request.")


class RequestInProgress(Exception):
    """A request with the same key is being done now."""

    wait = 1.0

    def __init__(self) -> None:
        super().__init__("A request with this Idempotency-Key is being done; send it again in a moment.")


class MemberNotFound(Exception):
    """The clinic has no such member, or the caller may not know of members."""

    def __init__(self) -> None:
        super().__init__("There is no such member.")


class EmailTaken(Exception):
    """Somebody has the address already."""

    def __init__(self) -> None:
        super().__init__("Somebody has this e-mail address already; a user belongs to one clinic.")


class AlreadyMember(Exception):
    """There is no invitation to send again."""

    def __init__(self) -> None:
        super().__init__("This member has accepted the invitation; there is nothing to send again.")


class NotAcceptedYet(Exception):
    """Somebody who has to accept first cannot be activated by another."""

    def __init__(self) -> None:
        super().__init__("This member has to accept the invitation first.")


class OwnMembership(Exception):
    """Nobody changes their own standing."""

    def __init__(self) -> None:
        super().__init__("Another administrator has to do this for you.")


class LastAdministrator(Exception):
    """A clinic needs somebody who manages it."""

    def __init__(self) -> None:
        super().__init__("The clinic would be left without an active administrator; appoint another one first.")


class LinkRefused(Exception):
    """The link of a mail is used, replaced, revoked, too old or not ours."""


class WebhookNotFound(Exception):
    """The clinic has no such webhook, or the caller may not know of webhooks."""

    def __init__(self) -> None:
        super().__init__("There is no such webhook.")


class TooManyWebhooks(Exception):
    """A clinic has so many webhooks that another one would be one too many."""

    def __init__(self) -> None:
        super().__init__("The clinic has as many webhooks as it can have; delete one first.")
