"""Our metrics against other programs: the tests know their numbers, `python -m tests.conformance` asks them."""
