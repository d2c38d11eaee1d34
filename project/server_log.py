"""The log of gunicorn, in the lines of all others: ``gunicorn --logger-class=project.server_log.Logger``."""

import os
from typing import Any, Final

from django.conf import settings
from gunicorn import glogging

from project import log_setup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
LEVELS: Final = ("critical", "error", "warning", "info", "debug", "exception")


class Logger(glogging.Logger):  # type: ignore[misc]
    """Writes nothing by itself. There is no access log: project/request_lines.py tells of each request."""

    def setup(self, cfg: Any) -> None:
        """All by the root's handler, in the master too, which never sets up Django."""
        self.cfg = cfg
        self._access_log_enabled = False
        log_setup.configure(settings.LOGGING)
        self.error_log.propagate = True
        # Without gunicorn's own methods in between: then a record knows whose it is.
        for level in LEVELS:
            setattr(self, level, getattr(self.error_log, level))
