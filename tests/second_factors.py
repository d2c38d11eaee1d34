"""What tests need of a second factor: an authenticator app that is enrolled, and the code that it shows."""

from datetime import datetime, timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from accounts import sealing
from accounts.models import User
from accounts.second_factor import PLACE

SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(now: datetime, secret: str = SECRET) -> str:
    """What the app shows."""
    return str(format_hotp_value(hotp_value(secret, int(now.timestamp()) // 30)))


def enrol_app(user: User, now: datetime) -> Authenticator:
    """An authenticator app since a day."""
    return Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.TOTP,
        data={"secret": sealing.seal(PLACE, SECRET)},
        created_at=now - timedelta(days=1),
    )


def enrol_recovery_codes(user: User) -> list[str]:
    """Recovery codes, all unused."""
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes
