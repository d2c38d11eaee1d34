"""Files that other programs export: what they are, and what is in them. Pure."""
