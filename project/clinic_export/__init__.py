"""A clinic as a file: every row of every table that is its own, as lines of JSON that any program can read (ADR 89)."""
