"""The product's settings, with the reference endpoints beside the product's."""

import os

from project.settings import *  # noqa: F403
from project.settings import MIDDLEWARE

DEBUG = False
ROOT_URLCONF = "bench.urls"
# What is measured is the product's work, not its refusals.
READS_PER_MINUTE = WRITES_PER_MINUTE = 0
LOGIN_FAILURES_PER_ACCOUNT = LOGIN_FAILURES_PER_ADDRESS = LOGIN_FAILURES_PER_ACCOUNT_A_DAY = 0
if os.environ.get("BENCH_UNCOUNTED"):
    MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("project.metrics.")]
if os.environ.get("BENCH_UNTOLD"):
    MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("project.request_lines.")]
