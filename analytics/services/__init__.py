"""What analytics writes: alerts and their rules."""
