"""Benchmarks: each prints ratios against named references that were measured in the same run."""
