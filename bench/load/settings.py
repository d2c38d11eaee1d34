"""The settings of the benchmarks, with throttles that count and refuse nobody, and the time in SQL on each answer."""

from bench.settings import *  # noqa: F403
from bench.settings import MIDDLEWARE as PRODUCT

READS_PER_MINUTE = WRITES_PER_MINUTE = 10**9
MIDDLEWARE = ["bench.load.middleware.DatabaseTimeMiddleware", *PRODUCT]
