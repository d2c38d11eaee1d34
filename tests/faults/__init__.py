"""Faults at random moments of a sync, against real processes: what must hold afterwards, and how soon."""
