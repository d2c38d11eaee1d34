"""The queues, each with workers of its own: what is short waits for nothing that is long."""

from typing import Final

# What somebody waits for and what must be told at once; nothing here waits for a vendor of glucose.
CRITICAL: Final = "critical"
# Visits to vendors, and what follows from what they brought.
DEFAULT: Final = "default"
# What may take minutes and is late for nobody: files, rebuilds, retention.
BULK: Final = "bulk"

QUEUES: Final = (CRITICAL, DEFAULT, BULK)
