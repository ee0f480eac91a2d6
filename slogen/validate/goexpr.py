"""Pipelines of Go's templates: of which kind is what they give, and would they fail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from slogen.promql.regex import refusal
from slogen.validate.gotokens import TemplateError, Token, read_text
from slogen.validate.gotypes import (
    ALERT,
    ALERTS,
    FLAG,
    FUNCTIONS,
    METHODS,
    NUMBER,
    REGEX,
    TEXT,
    field_of,
    gives,
)

_FLAGS: Final = ("true", "false")
_CHAINS: Final = ("dot", "field", "variable")
_END: Final = Token("sign", "", True)


@dataclass
class Names:
    """What `.` is, and the variables that are known, the innermost last."""

    dot: str
    names: list[dict[str, str]] = field(default_factory=list)

    def find(self, name: str) -> dict[str, str]:
        """The block that a variable was declared in."""
        found = next((block for block in reversed(self.names) if name in block), None)
        if found is None:
            raise TemplateError(f"there is no variable `{name}`")
        return found


@dataclass(frozen=True, slots=True)
class _Value:
    """What stands there: its kind, and as which literal. A method that wants values is `pending`."""

    kind: str
    literal: str = ""
    pending: str = ""


class Reader:
    """Reads one action's tokens."""

    def __init__(self, tokens: Sequence[Token], scope: Names) -> None:
        self._tokens, self._at, self._scope = tokens, 0, scope

    @property
    def next(self) -> Token:
        """The token that comes."""
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def take(self) -> Token:
        """The same, and go on."""
        token = self.next
        self._at += 1
        return token

    def pipeline(self) -> str:
        """The kind of what a pipeline gives, which is all that is left."""
        found = self._piped()
        self.end()
        return found

    def end(self) -> None:
        """Nothing may follow."""
        if self.next is not _END:
            raise TemplateError(f"nothing was expected before `{self.next.text}`")

    def names(self) -> tuple[list[str], str]:
        """The variables that are set there, and by which sign."""
        start, found = self._at, []
        while self.next.kind == "variable":
            found.append(self.take().text)
            if self.next.text == ",":
                self.take()
        if self.next.text in (":=", "=") and found:
            return found, self.take().text
        self._at = start
        return [], ""

    def _piped(self) -> str:
        found = self._command(())
        while self.next.text == "|" and self.next.kind == "sign":
            self.take()
            found = self._command((found,))
        return found

    def _command(self, piped: tuple[str, ...]) -> str:
        token, given = self.next, list[_Value]()
        function = token.text if token.kind == "word" and token.text not in _FLAGS else ""
        first = _Value("") if function else self._operand()
        if function:
            self.take()
        while self.next is not _END and self.next.text not in ("|", ")"):
            if not self.next.is_apart:
                raise TemplateError(f"a space is missing before `{self.next.text}`")
            given.append(self._operand())
        kinds = (*(_plain(value).kind for value in given), *piped)
        if function:
            return _called(function, given, kinds)
        if first.pending:
            takes, kind = METHODS[first.kind, first.pending]
            if kinds != takes:
                raise TemplateError(f"`{first.pending}` takes {', '.join(takes)}")
            return kind
        if kinds:
            raise TemplateError(f"`{token.text}` is no function: it takes no values")
        return first.kind

    def _operand(self) -> _Value:
        token = self.take()
        if token is _END:
            raise TemplateError("this template is empty, or ends too early")
        if token.kind == "text":
            return _Value(TEXT, token.text)
        if token.kind == "number":
            return _Value(NUMBER, token.text)
        if token.kind == "word" and token.text in _FLAGS:
            return _Value(FLAG)
        if token.kind == "word":
            raise TemplateError(_no_value(token.text))
        return self._chained(self._start(token))

    def _start(self, token: Token) -> _Value:
        """What a chain of fields begins with."""
        if token.text == "(":
            found = self._piped()
            if self.take().text != ")":
                raise TemplateError("a `)` is missing")
            return _Value(found)
        if token.kind == "variable":
            return _Value(self._scope.find(token.text)[token.text])
        if token.kind == "field":
            return _of(_Value(self._scope.dot), token.text)
        if token.kind == "dot":
            if self.next.kind == "field" and not self.next.is_apart:
                raise TemplateError("two dots stand there")
            return _Value(self._scope.dot)
        raise TemplateError(f"slogen can't tell what `{token.text}` does there")

    def _chained(self, found: _Value) -> _Value:
        while self.next.kind == "field" and not self.next.is_apart:
            found = _of(found, self.take().text)
        return found


def _of(value: _Value, name: str) -> _Value:
    """A field of a value."""
    value = _plain(value)
    if (value.kind, name[1:]) in METHODS:
        return _Value(value.kind, pending=name[1:])
    kind = field_of(value.kind, name[1:])
    if kind is None:
        raise TemplateError(f"there is no `{name}` in {value.kind}")
    return _Value(kind)


def _plain(value: _Value) -> _Value:
    if value.pending:
        raise TemplateError(f"`{value.pending}` needs a value: put both in brackets")
    return value


def _called(name: str, given: Sequence[_Value], kinds: Sequence[str]) -> str:
    if name not in FUNCTIONS:
        raise TemplateError(f"slogen knows no function `{name}` that every Alertmanager has")
    if name == "index" and tuple(kinds) == (ALERTS, NUMBER) and given[-1].literal == "0":
        return ALERT  # a message is about one alert at least
    if name in REGEX and given and not given[0].literal:
        raise TemplateError(f"the expression of `{name}` must be written out")
    found = gives(name, kinds)
    if found is None:
        raise TemplateError(f"`{name}` may fail with {' and '.join(kinds) or 'nothing'}")
    if name in REGEX:
        _regex(read_text(given[0].literal))
    return found


def _no_value(word: str) -> str:
    return f"`{word}` is no value: a function and its values there must stand in brackets"


def _regex(text: str) -> None:
    try:
        re.compile(text)
    except re.error as error:
        raise TemplateError(f"this is no regular expression: {error}") from None
    if wrong := refusal(text):
        raise TemplateError(wrong)
