"""A Dexcom Share server that behaves like the real one: one person an account, injected readings, faults."""
