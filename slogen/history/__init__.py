"""Rules on a history: what the compiled rules would have said of recorded or invented data.

A real Prometheus evaluates the very expressions that were compiled, level by level; nothing here computes an
error ratio or a threshold of its own.
"""
