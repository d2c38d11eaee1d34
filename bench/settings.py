"""The product's settings, with the reference endpoints beside the product's."""

from project.settings import *  # noqa: F403

DEBUG = False
ROOT_URLCONF = "bench.urls"
