"""The pages in a real browser: a short walk in the suite, and everything by `make browser`."""
