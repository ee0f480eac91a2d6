"""Alertmanager's templates in a channel, an address or a priority: one that breaks loses every message.

Go parses and runs them when a message is sent. Taken is what works there in every version and whatever the
alerts are; each value's kind is followed through variables, conditions, loops and templates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from slogen.validate.goexpr import Names, Reader
from slogen.validate.gotokens import TemplateError, Token, actions, read_text
from slogen.validate.gotypes import DATA, ITEMS

__all__ = ["HINT", "TemplateError", "check_template", "is_template"]

_SHIPPED: Final = ("__alertmanager", "__alertmanagerURL", "__subject")  # with every Alertmanager
_OPEN: Final = ("if", "with", "range", "define", "block")
_NESTED: Final = 30  # actions in actions
_NOTHING: Final = "nothing"
HINT: Final = (
    'such as `{{ .CommonLabels.owner }}`, or a condition: `{{ if eq .Status "firing" }}a{{ else }}b{{ end }}`'
)


@dataclass
class _Block:
    """An action with what it has inside, up to its `else` and from there on."""

    word: str
    tokens: Sequence[Token]
    body: list[_Block] = field(default_factory=list)
    other: list[_Block] = field(default_factory=list)
    has_other: bool = False
    is_chained: bool = False  # an `else if`, which ends with the `if` before it


def is_template(text: str) -> bool:
    """Whether Go sees a template in a text."""
    return "{{" in text


def check_template(text: str) -> None:
    """Raise TemplateError for what Alertmanager would fail at, or may."""
    body, defined = _tree(text)
    check = _Check(defined)
    check.run(body, Names(DATA, [{"$": DATA}]))
    if unused := sorted(defined.keys() - {name for name, _ in check.begun}):
        raise TemplateError(f"nothing uses the template `{unused[0]}`")


def _tree(text: str) -> tuple[list[_Block], dict[str, list[_Block]]]:
    """The actions of a text, and the templates that it defines."""
    top: list[_Block] = []
    stack: list[_Block] = []
    for tokens in actions(text):
        if len(stack) > _NESTED:
            raise TemplateError("there are too many actions in actions")
        word = tokens[0].text if tokens and tokens[0].kind == "word" else ""
        here = (stack[-1].other if stack[-1].has_other else stack[-1].body) if stack else top
        if word in _OPEN:
            here.append(_Block(word, tokens[1:]))
            stack.append(here[-1])
        elif word == "else":
            _other(stack, tokens)
        elif word == "end":
            _close(stack, tokens)
        else:
            here.append(_Block(word if word in ("template", "break", "continue") else "", tokens))
    if stack:
        raise TemplateError(f"there is an `{stack[-1].word}` without its `end`")
    return top, _defined(top)


def _defined(top: Sequence[_Block]) -> dict[str, list[_Block]]:
    found: dict[str, list[_Block]] = {}
    for block in (each for each in _all(top) if each.word in ("define", "block")):
        name = _name(block.tokens[:1])
        if name in found:
            raise TemplateError(f"the template `{name}` is defined twice")
        if block.word == "define" and (not any(block is each for each in top) or len(block.tokens) > 1):
            raise TemplateError(f"`{name}` must be defined outside of other actions, by its name alone")
        found[name] = block.body
    return found


def _all(blocks: Sequence[_Block]) -> list[_Block]:
    return [found for each in blocks for found in (each, *_all(each.body), *_all(each.other))]


def _other(stack: list[_Block], tokens: Sequence[Token]) -> None:
    """An `else`: what follows is for when the condition isn't met."""
    if not stack or stack[-1].has_other or stack[-1].word not in ("if", "with", "range"):
        raise TemplateError("there is an `else` with nothing before it")
    stack[-1].has_other = True
    if len(tokens) > 1:
        if tokens[1].text != "if" or stack[-1].word != "if":
            raise TemplateError("nothing may follow `else`, but an `if` after an `if`")
        block = _Block("if", tokens[2:], is_chained=True)
        stack[-1].other.append(block)
        stack.append(block)


def _close(stack: list[_Block], tokens: Sequence[Token]) -> None:
    if len(tokens) > 1:
        raise TemplateError("nothing may follow `end`")
    if not stack:
        raise TemplateError("there is an `end` with nothing before it")
    while stack.pop().is_chained:
        pass


def _name(tokens: Sequence[Token]) -> str:
    if not tokens or tokens[0].kind != "text":
        raise TemplateError("the name of a template stands in quotes")
    return read_text(tokens[0].text)


@dataclass
class _Check:
    """Goes through blocks as Go runs them, all ways."""

    defined: dict[str, list[_Block]]
    begun: dict[tuple[str, str], bool] = field(default_factory=dict)  # by name and kind: whether it is done

    def run(self, blocks: Sequence[_Block], scope: Names, loops: int = 0) -> None:
        """Look at these with what is known there."""
        for block in blocks:
            if block.word in ("break", "continue"):
                self._leave(block, loops)
            elif block.word in ("template", "block"):
                self._call(block, scope)
            elif block.word in ("if", "with", "range"):
                self._branch(block, scope, loops)
            elif block.word != "define":
                self._pipeline(Reader(block.tokens, scope), scope)

    def _leave(self, block: _Block, loops: int) -> None:
        if not loops or len(block.tokens) > 1:
            raise TemplateError(f"`{block.word}` stands alone, in a `range`")

    def _call(self, block: _Block, scope: Names) -> None:
        tokens = block.tokens[1:] if block.word == "template" else block.tokens
        name = _name(tokens)
        kind = Reader(tokens[1:], scope).pipeline() if len(tokens) > 1 else _NOTHING
        if name in self.defined:
            self._run_once(name, kind)
        elif name not in _SHIPPED or kind != DATA:
            raise TemplateError(f"slogen can't tell whether there is a template `{name}` that takes this")

    def _run_once(self, name: str, kind: str) -> None:
        """A template with what it is given."""
        if not self.begun.get((name, kind), True):
            raise TemplateError(f"`{name}` calls itself, and may do so without an end")
        if (name, kind) not in self.begun:
            self.begun[name, kind] = False
            self.run(self.defined[name], Names(kind, [{"$": kind}]))
            self.begun[name, kind] = True

    def _branch(self, block: _Block, scope: Names, loops: int) -> None:
        names: dict[str, str] = {}
        inner = Names(scope.dot, [*scope.names, names])
        reader, dot = Reader(block.tokens, inner), scope.dot
        if block.word == "range":
            dot = self._loop(reader, names)
        elif (kind := self._pipeline(reader, inner)) and block.word == "with":
            dot = kind
        known = scope.names if block.word == "range" else inner.names
        self.run(block.body, Names(dot, [*inner.names, {}]), loops + (block.word == "range"))
        self.run(block.other, Names(scope.dot, [*known, {}]), loops)

    def _loop(self, reader: Reader, names: dict[str, str]) -> str:
        """The kind of each value that a loop gives."""
        given, sign = reader.names()
        kind = reader.pipeline()
        if kind not in ITEMS or len(given) > 2 or sign == "=" or "$" in given:
            raise TemplateError(f"slogen can't tell what a loop over {kind} gives")
        index, value = ITEMS[kind]
        names |= dict(zip(given, (index, value) if len(given) == 2 else (value,), strict=False))
        return value

    def _pipeline(self, reader: Reader, scope: Names) -> str:
        given, sign = reader.names()
        kind = reader.pipeline()
        if len(given) > 1 or "$" in given:
            raise TemplateError("a value is given to one variable, which has a name")
        for name in given:
            if sign == ":=":
                scope.names[-1][name] = kind
            elif scope.find(name)[name] != kind:
                raise TemplateError(f"`{name}` was {scope.find(name)[name]} and becomes {kind}")
        return kind
