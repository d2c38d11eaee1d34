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
