"""The contract of `/api/v1/`: the committed document, what may change in it, and its examples, run."""
