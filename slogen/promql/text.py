"""Write PromQL: quoted strings, selectors, and the layout of long expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPES["\ufffd"] = "\\ufffd"  # raw, Prometheus takes it for a broken character
_ESCAPED = re.compile(r'[\\"\n\r\t\ufffd]')
# A string in any of PromQL's three marks.
STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`', re.DOTALL)


def without_signs(signs: str) -> str:
    """A pattern of one string, or one sign that is none of these. A quote begins a string and is nothing
    else: were it a sign like others, too, each string would double the ways that are tried."""
    return rf"""(?:{STRING.pattern}|[^{re.escape(signs)}"'`])"""


@lru_cache(maxsize=65536)
def quote(text: str) -> str:
    """Write a string as PromQL reads it back: double quotes, Go escapes."""
    return '"' + _ESCAPED.sub(lambda match: _ESCAPES[match.group()], text) + '"'


def is_label_name(text: str) -> bool:
    """Whether a label of this name needs no quotes: letters, digits and underscores, no digit first."""
    return text.isascii() and text.isidentifier()


def selector(metric: str, labels: Mapping[str, str]) -> str:
    """Write `metric{a="b",c="d"}` with equality matchers."""
    return metric + braces(tuple(labels.items()))


@lru_cache(maxsize=4096)
def braces(labels: tuple[tuple[str, str], ...]) -> str:
    """The same without the metric, "" of no labels. Many series of an SLO have the same labels."""
    inside = ",".join([f"{name}={quote(value)}" for name, value in labels])
    return f"{{{inside}}}" if inside else ""


def indent(text: str, by: int = 2) -> str:
    """Indent each line of an expression. A string over several lines is written on one first: blanks before
    its lines would be part of it."""
    pad = " " * by
    text = STRING.sub(_on_one_line, text) if "`" in text and "\n" in text else text
    if text and "\n\n" not in text and text[0] != "\n" != text[-1]:
        return pad + text.replace("\n", f"\n{pad}")
    return "\n".join(pad + line if line else line for line in text.split("\n"))  # empty ones stay empty


def _on_one_line(match: re.Match[str]) -> str:
    string = match[0]
    return quote(string[1:-1]) if string.startswith("`") and "\n" in string else string


def wrapped(head: str, inner: str, tail: str = ")") -> str:
    """Write `head(` newline, the indented inner expression, newline, `)`."""
    return f"{head}(\n{indent(inner)}\n{tail}"


def grouped(function: str, inner: str, by: tuple[str, ...]) -> str:
    """Aggregate an expression into one series per group."""
    head = f"{function} by ({', '.join(by)}) " if by else function
    return f"{head}({inner})" if "\n" not in inner and len(inner) < 90 else wrapped(head, inner)


def any_of(parts: Iterable[str]) -> str:
    """Join operands of `or`, one a line, each but the first after its operator."""
    return "\nor\n".join(parts)
