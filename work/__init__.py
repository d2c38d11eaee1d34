"""What runs later: task rows, leases, schedules, and the broker that carries the messages."""
