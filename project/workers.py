"""The workers: ``python -m project.workers --queues critical``, with all other options of dramatiq's own command.

Here the process that starts the others, which never sets up Django, writes its log as they do.
"""

import os
import sys

from django.conf import settings
from dramatiq import cli

from project import log_setup


def main() -> int:
    """Until the workers end; dramatiq's exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    # dramatiq leaves a log alone that somebody has configured.
    log_setup.configure(settings.LOGGING)
    parser = cli.make_argument_parser()  # type: ignore[no-untyped-call]
    code: int = cli.main(parser.parse_args(["project.worker", *sys.argv[1:]]))  # type: ignore[no-untyped-call]
    return code


if __name__ == "__main__":
    sys.exit(main())
