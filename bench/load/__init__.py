"""The product under load: latency against the rate of requests, and where it bends."""
