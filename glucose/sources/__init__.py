"""Adapters from vendors' data to samples, behind one port."""
