"""Sync against every fault of the simulator, through the ordinary services and the real database."""
