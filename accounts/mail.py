"""Mail to people: a subject and a body from templates, in their language. Only actors send it."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation


def send(template: str, *, to: str, language: str, **values: str) -> None:
    """Send ``account/mail/<template>.txt``, whose first line is the subject; the mail server's errors otherwise.

    ``path`` among the values becomes ``link``: under PUBLIC_URL, never under the host that some request named.
    """
    with translation.override(language):
        context = values | {"link": settings.PUBLIC_URL.rstrip("/") + values.get("path", "")}
        subject, _, body = render_to_string(f"account/mail/{template}.txt", context).partition("\n")
    EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[to]).send()
