"""Figures for Prometheus: each process tells its own, one process tells those of the database and of Redis."""
