"""Mail to people: a subject and a body from templates, in their language. Only workers send it."""

from hashlib import sha256
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from work.errors import NotDelivered, Undeliverable


def lane(user_id: UUID) -> str:
    """What a user's mails are kept in order by, in the outbox."""
    return f"user:{user_id}:mail"


def send(template: str, *, to: str, language: str, key: str = "", **values: str) -> None:
    """Send ``account/mail/<template>.txt``, whose first line is the subject, once to the mail server.

    ``path`` among the values becomes ``link``: under PUBLIC_URL, never under the host that some request named. Mail
    knows no idempotency: one that is sent again, because nobody knew that it had gone, is there twice. Both have the
    Message-ID that the key makes, by which some mailboxes show one of them only. NotDelivered and Undeliverable where
    the mail server takes it not now, or never.
    """
    with translation.override(language):
        context = values | {"link": settings.PUBLIC_URL.rstrip("/") + values.get("path", "")}
        subject, _, body = render_to_string(f"account/mail/{template}.txt", context).partition("\n")
    headers = {"Message-ID": message_id(key)} if key else {}
    message = EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[to], headers=headers)
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if all(code >= 500 for code in codes):
            raise Undeliverable("The mail server refuses the address.") from None
        raise NotDelivered("The mail server does not take the address now.") from None
    except SMTPResponseException as error:
        raise NotDelivered(f"The mail server answered {error.smtp_code}.") from None
    except (SMTPException, OSError) as error:
        raise NotDelivered(f"The mail server does not answer ({type(error).__name__}).") from None


def message_id(key: str) -> str:
    """The same for every attempt of an entry, and another's for no other."""
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{urlsplit(settings.PUBLIC_URL).hostname or 'localhost'}>"
