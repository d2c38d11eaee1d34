"""What can be wrong with who is asking."""


class WrongCredentials(Exception):
    """The user name or the password is wrong; the answer does not say which."""

    def __init__(self) -> None:
        super().__init__("The user name or the password is wrong.")


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
