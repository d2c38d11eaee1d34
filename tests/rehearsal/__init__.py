"""nginx with three real web processes: one killed under load, all replaced by a new version, and no failed request."""
