"""What the readings say: metrics, daily rows, statistics, and the patient list with its latest values."""
