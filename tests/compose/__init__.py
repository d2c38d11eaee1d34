"""What Compose and the linters themselves say: `make compose`."""
