"""Migrations beside a running version: what may be in one, and the way back of each."""
