"""What the worker mails, done as the worker's role: ``python -m tests.security.mailing`` prints the text of the mail.

``invitation <user id>``, out of the outbox, or ``reset <address>``.
"""

import sys


def main(kind: str, whom: str) -> int:
    """Run the actor."""
    import django
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    from django.core import mail

    from accounts import resets, tasks
    from accounts.sealing import seal
    from tests.outboxes import deliver_waiting
    from work.models import OutboxEntry

    if kind == "invitation":
        assert deliver_waiting()
        assert OutboxEntry.objects.filter(payload__user=whom, state="delivered").exists()
        # What else waited is of others.
        mail.outbox = [message for message in mail.outbox if "/account/invitation/" in message.body]
    else:
        tasks.mail_password_reset(seal(resets.PLACE, whom), "en")
    for message in mail.outbox:
        print(message.body)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
