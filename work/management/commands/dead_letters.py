"""`manage.py dead_letters list|requeue|discard`: messages that were given up."""

import json
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from dramatiq.errors import BrokerError
from redis.exceptions import RedisError

from work import dead_letters
from work.errors import AlreadyRequeued, DeadLetterNotFound


class Command(BaseCommand):
    """Of every clinic; what goes wrong is one line, and the exit code is 2."""

    help = "List the messages that were given up, send them again, or discard them."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and with which letters."""
        acts = parser.add_subparsers(dest="act", required=True)
        listed = acts.add_parser("list", help="one a line, oldest first: those that nobody sent again")
        listed.add_argument("--all", action="store_true", help="with those that were sent again")
        for name, meaning in (("requeue", "send them again"), ("discard", "forget them")):
            one = acts.add_parser(name, help=meaning)
            one.add_argument("letters", nargs="+", metavar="ID")
            if name == "discard":
                one.add_argument("--yes", action="store_true", help="without being asked")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        """Do it."""
        if act == "list":
            self._list(options["all"])
            return
        if act == "discard" and not options["yes"]:
            self._confirm(len(options["letters"]))
        for text in options["letters"]:
            self._do(act, text)

    def _list(self, with_requeued: bool) -> None:
        rows = dead_letters.letters().order_by("id")
        for row in rows if with_requeued else rows.filter(requeued_at=None):
            state = f"sent again {row.requeued_at:%Y-%m-%d %H:%M}" if row.requeued_at else f"{row.attempts} attempts"
            words = [str(row.id), f"{row.died_at:%Y-%m-%d %H:%M:%S}", row.queue, row.actor, json.dumps(row.arguments)]
            self.stdout.write("\t".join([*words, state, row.reason]))

    def _confirm(self, count: int) -> None:
        try:
            answer = input(f"Forget {count} for good? [y/N] ")
        except EOFError:
            answer = ""
        if answer.strip().lower() not in ("y", "yes"):
            raise CommandError("nothing was discarded", returncode=2)

    def _do(self, act: str, text: str) -> None:
        try:
            letter_id = UUID(text)
            if act == "requeue":
                dead_letters.requeue(dead_letters.letters(), letter_id, by=None, now=timezone.now())
            else:
                dead_letters.discard(dead_letters.letters(), letter_id)
        except ValueError:
            raise CommandError(f"{text}: not an id", returncode=2) from None
        except DeadLetterNotFound:
            raise CommandError(f"{text}: no such dead letter", returncode=2) from None
        except AlreadyRequeued as error:
            raise CommandError(f"{text}: {error}", returncode=2) from None
        except (BrokerError, RedisError) as error:
            raise CommandError(f"{text}: Redis does not answer ({type(error).__name__})", returncode=2) from None
        self.stdout.write(f"{text}: {'sent again' if act == 'requeue' else 'discarded'}")
