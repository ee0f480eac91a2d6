"""Servers that hold results of evaluations, and those that take them."""
