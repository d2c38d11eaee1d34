"""How other programs count: one file a tool, each a table of the rules by which its numbers differ from ours. Pure."""
