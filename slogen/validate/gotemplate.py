"""Alertmanager's templates in a channel, an address or a priority: one that breaks loses every message.

Go parses and runs them when a message is sent. Taken is what is known to work there in every version: texts
of the group's own, some functions, and conditions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from slogen.promql.regex import refusal

TEXT, LIST, ALERTS, FLAG, NUMBER = "text", "a list", "alerts", "a condition", "a number"
_TOKEN: Final = re.compile(
    r'\s+|"(?:\\["\\nt]|[^"\\\n])*"|`[^`]*`|\d+|(?:\.[A-Za-z_]\w*)+|\.|[A-Za-z]\w*|[|()]'
)
_GLUED: Final = re.compile(r"[^\s|(][^\s|)]")  # where one token ends and another begins
_FIELDS: Final = (
    (re.compile(r"\.(Receiver|Status|ExternalURL)"), TEXT),
    (re.compile(r"\.(GroupLabels|CommonLabels|CommonAnnotations)\.SortedPairs\.(Names|Values)"), LIST),
    (re.compile(r"\.(GroupLabels|CommonLabels|CommonAnnotations)\.[A-Za-z_]\w*"), TEXT),
    (re.compile(r"\.Alerts(\.Firing|\.Resolved)?"), ALERTS),
)
_METHODS: Final = re.compile(r"\.\w+\.(SortedPairs|Remove|Names|Values)")
# The types of what a function takes, and of what it gives.
_FUNCTIONS: Final = {
    **dict.fromkeys(("toUpper", "toLower", "title"), ((TEXT,), TEXT)),
    "join": ((TEXT, LIST), TEXT),
    "match": ((TEXT, TEXT), FLAG),
    "reReplaceAll": ((TEXT, TEXT, TEXT), TEXT),
    "len": ((ALERTS,), NUMBER),
    "eq": ((TEXT, TEXT), FLAG),
    "ne": ((TEXT, TEXT), FLAG),
    "not": ((FLAG,), FLAG),
    "or": ((TEXT, TEXT), TEXT),
}
_REGEX: Final = ("match", "reReplaceAll")
HINT: Final = "such as `{{ .CommonLabels.owner }}`, with `if`, `or`, `join`, `match` and the like, no more"


class TemplateError(ValueError):
    """What is wrong with a template."""


def is_template(text: str) -> bool:
    """Whether Go sees a template in a text."""
    return "{{" in text


def check_template(text: str) -> None:
    """Raise TemplateError for what Alertmanager would fail at, or may."""
    depth: list[str] = []
    for action in _actions(text):
        word, _, rest = action.partition(" ")
        if word == "if":
            _pipeline(rest)
            depth.append(word)
        elif word == "else" and depth and depth[-1] == "if":
            if rest.strip().startswith("if "):
                _pipeline(rest.strip().removeprefix("if "))
            else:
                _nothing(rest)
                depth[-1] = word
        elif word == "end" and depth:
            _nothing(rest)
            depth.pop()
        else:
            _pipeline(action)
    if depth:
        raise TemplateError("there is an `if` without its `end`")


def _actions(text: str) -> Iterator[str]:
    """What stands between braces, in order, without comments and trim marks."""
    at = 0
    while (start := text.find("{{", at)) >= 0:
        at = start + 2
        trims = re.match(r"-\s", text[at:])
        at += 2 if trims else 0
        if comment := re.match(r"/\*.*?\*/(?:\s-)?\}\}", text[at:], re.DOTALL):
            at += comment.end()
            continue
        begin = at
        while not (end := re.match(r"(?:\s-)?\}\}", text[at:])):
            token = _TOKEN.match(text, at)
            if token is None:
                raise TemplateError("this is half a template" if at >= len(text) else _unknown(text[at:]))
            if text[at - 1 : at + 1] == ").":
                raise TemplateError("slogen can't tell what that has which is in brackets")
            if at > begin and _GLUED.fullmatch(text[at - 1 : at + 1]):
                raise TemplateError(f"a space is missing before `{token[0]}`")
            at = token.end()
        yield " ".join(text[begin:at].split())
        at += end.end()


def _unknown(rest: str) -> str:
    return f"slogen can't tell what `{rest[:1]}` is there"


def _nothing(rest: str) -> None:
    if rest.strip():
        raise TemplateError("nothing may follow `else` or `end`")


@dataclass
class _Reader:
    """The tokens of a pipeline, one after the other."""

    tokens: list[str]

    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self) -> str:
        return self.tokens.pop(0)


def _pipeline(code: str) -> str:
    """The type of what a pipeline gives."""
    reader = _Reader([token for token in _TOKEN.findall(code) if token.strip()])
    found = _piped(reader)
    if reader.tokens:
        raise TemplateError(f"nothing was expected before `{reader.next()}`")
    return found


def _piped(reader: _Reader) -> str:
    found = _command(reader, ())
    while reader.next() == "|":
        reader.take()
        found = _command(reader, (found,))
    return found


def _command(reader: _Reader, piped: tuple[str, ...]) -> str:
    name = reader.next()
    if name not in _FUNCTIONS:
        if piped or re.fullmatch(r"[A-Za-z]\w*", name):
            raise TemplateError(f"slogen can't tell what `{name}` does there")
        return _operand(reader)
    first, given = reader.tokens[1:2], []
    reader.take()
    while reader.next() not in ("", "|", ")"):
        given.append(_operand(reader))
    takes, gives = _FUNCTIONS[name]
    if (*given, *piped) != takes:
        raise TemplateError(f"`{name}` takes {len(takes)} values: {', '.join(takes)}")
    if name in _REGEX and first[0][:1] not in ('"', "`"):
        raise TemplateError(f"the expression of `{name}` must be written out")
    if name in _REGEX:
        _regex(first[0])
    return gives


def _regex(literal: str) -> None:
    text = literal[1:-1]
    if literal[0] == '"':
        text = re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text)
    try:
        re.compile(text)
    except re.error as error:
        raise TemplateError(f"this is no regular expression: {error}") from None
    if wrong := refusal(text):
        raise TemplateError(wrong)


def _operand(reader: _Reader) -> str:
    token = reader.take() if reader.tokens else ""
    if token[:1] in ('"', "`"):
        return TEXT
    if token.isdigit():
        return NUMBER
    if token == "(":
        found = _piped(reader)
        if not reader.tokens or reader.take() != ")":
            raise TemplateError("a `)` is missing")
        return found
    kinds = [kind for pattern, kind in _FIELDS if pattern.fullmatch(token)]
    if not kinds or (_METHODS.fullmatch(token) and kinds[0] == TEXT):
        raise TemplateError(f"there is no `{token}` in a template" if token else "this template is empty")
    return kinds[0]
