"""A simulated week of many accounts whose vendor fails in every way that is known, on the real services."""
