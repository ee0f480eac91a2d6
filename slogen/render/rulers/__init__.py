"""One module for each engine that evaluates rules."""
