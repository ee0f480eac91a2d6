"""Data files that ship with slogen, and nothing else: alert policies."""
