"""The entry of the workers: `dramatiq project.worker`. Importing it registers every actor."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django.setup()

from project.actors import import_actors  # noqa: E402 -- only after django.setup()
from project.metrics import server  # noqa: E402 -- the same

import_actors()
server.serve()
