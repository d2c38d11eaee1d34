"""What a browser may do with an answer: the headers that Django 5.2 has no setting for.

The content security policy is that of the kind of answer: nothing for what is no page, and for each page what it
loads. Nothing is inline, so no policy needs 'unsafe-inline', 'unsafe-eval' or a nonce.
"""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.page_paths import ACCOUNT, CLINIC

GetResponse = Callable[[HttpRequest], HttpResponse]
# default-src says nothing of the last three.
CLOSED: Final = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
OWN_FILES: Final = {"script-src": "'self'", "style-src": "'self'", "img-src": "'self'"}
# The scripts of the clinicians' pages ask for data; forms lead nowhere else.
CLINIC_PAGES: Final = OWN_FILES | {"connect-src": "'self'", "form-action": "'self'", "manifest-src": "'self'"}
# Swagger UI asks the API, and its style sheet holds small pictures.
DOCUMENTATION: Final = OWN_FILES | {"img-src": "'self' data:", "connect-src": "'self'"}
# Everything that a page could ask a device for is denied, but the passkeys of our own pages.
DENIED: Final = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture",
    "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get",
    "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "otp-credentials", "payment",
    "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb", "window-management",
    "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS: Final = ", ".join(
    [f"{feature}=()" for feature in DENIED]
    + ["publickey-credentials-create=(self)", "publickey-credentials-get=(self)"]
)


class EdgeMiddleware:
    """Puts the headers on every answer, static files and refusals of other middleware too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """What the answer already says stays."""
        response = self.get_response(request)
        for name, value in headers(request.path, response.get("Content-Type", "")).items():
            response.headers.setdefault(name, value)
        return response


def headers(path: str, content_type: str) -> dict[str, str]:
    """The headers of an answer of this type at this path."""
    return {
        "Content-Security-Policy": _written(CLOSED | _opened(path, content_type)),
        "Permissions-Policy": PERMISSIONS,
        # Files and pages are ours alone. It says nothing of requests by CORS, which have their own list.
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _opened(path: str, content_type: str) -> dict[str, str]:
    if not content_type.startswith("text/html"):
        return {}
    if path.startswith("/api/docs/"):
        return DOCUMENTATION
    if path.startswith(CLINIC):
        return CLINIC_PAGES
    if path.startswith(ACCOUNT):
        return OWN_FILES | {"form-action": " ".join(["'self'", *_identity_provider()])}
    if settings.ADMIN_ENABLED and path.startswith(f"/{settings.ADMIN_PATH}"):
        return OWN_FILES | {"form-action": "'self'"}
    return OWN_FILES


def _identity_provider() -> list[str]:
    """The button's form is answered by a redirect to the provider, which form-action covers too."""
    addresses = [settings.OIDC_URL, *settings.OIDC_ORIGINS] if settings.OIDC_URL else []
    parts = [urlsplit(address) for address in addresses]
    return list(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))


def _written(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
