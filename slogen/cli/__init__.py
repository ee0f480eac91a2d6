"""The command line: one module a command, each of them parse, call one function, report, exit code."""

from slogen.cli.commands import main

__all__ = ["main"]
