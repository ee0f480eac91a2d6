"""The tokens of Go's templates, as its own reader takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<text>"(?:\\["\\nt]|[^"\\\n])*"|`[^`]*`)
  | (?P<number>[+-]?(?:0|[1-9]\d{0,17})(?![\w.]))
  | (?P<field>\.[A-Za-z_]\w*)
  | (?P<dot>\.)
  | (?P<variable>\$\w*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign>:=|[|(),=])
    """,
    re.VERBOSE | re.ASCII,
)
_COMMENT: Final = re.compile(r"/\*.*?\*/(?:[ \t\r\n]-)?\}\}", re.DOTALL)
_NESTED: Final = 30  # brackets in brackets
_END: Final = re.compile(r"(?:[ \t\r\n]-)?\}\}")


class TemplateError(ValueError):
    """What is wrong with a template."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an action; `is_apart` says that a space stands before it."""

    kind: str
    text: str
    is_apart: bool


def actions(text: str) -> Iterator[list[Token]]:
    """What stands between braces, in order, without comments and trim marks."""
    at = 0
    while (start := text.find("{{", at)) >= 0:
        at = start + 2
        at += 2 if re.match(r"-[ \t\r\n]", text[at : at + 2]) else 0
        if comment := _COMMENT.match(text, at):
            at = comment.end()
            continue
        found, at = _action(text, at)
        yield found


def _action(text: str, at: int) -> tuple[list[Token], int]:
    """The tokens from there to the braces, and where these end."""
    found: list[Token] = []
    is_apart, depth = True, 0
    while not (end := _END.match(text, at)):
        match = _TOKEN.match(text, at)
        if match is None:
            raise TemplateError("this is half a template" if at >= len(text) else _unknown(text[at:]))
        at = match.end()
        kind = str(match.lastgroup)
        if kind != "space":
            found.append(Token(kind, match[0], is_apart))
        is_apart = kind == "space"
        depth += (match[0] == "(") - (match[0] == ")")
        if depth > _NESTED:
            raise TemplateError("there are too many brackets in brackets")
    return found, end.end()


def _unknown(rest: str) -> str:
    return f"slogen can't tell what `{rest[:1]}` is there"


def read_text(literal: str) -> str:
    """The text that a literal stands for."""
    text = literal[1:-1]
    if literal[0] == "`":
        return text
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text)
