"""Write JSON for people and for git: what fits on a line stands on one, what doesn't is broken up.

So a change of one thing is a change of a few lines. Only a text (a query) is longer, which JSON can't break.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, Final, NamedTuple

_WIDTH: Final = 110  # of a line, with what stands before and behind a value
# Half a surrogate pair, which UTF-8 can't write, is left to the writer to refuse.
_json: Final = json.JSONEncoder(ensure_ascii=False).encode
# The text stands in a ConfigMap too, and to readers of YAML some of these end a line.
_UNSEEN: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def dump(value: Any) -> str:
    """JSON text that ends with a newline. Keys stay in their order; letters of any script stay readable."""
    lines: list[str] = []
    _write(_node(value), "", "", "", lines)
    return "\n".join(lines) + "\n"


class _Parts(NamedTuple):
    """A value that can be broken up: its parts behind their keys, between two brackets. `flat` is all of it
    on one line, "" where that is too long for any."""

    flat: str
    parts: list[tuple[str, str | _Parts]]
    brackets: str


def _node(value: Any) -> str | _Parts:
    """What can't be broken up is its text."""
    if value and isinstance(value, dict):
        return _joined([(_key(key), _node(item)) for key, item in value.items()], "{}")
    if value and isinstance(value, list):
        return _joined([("", _node(item)) for item in value], "[]")
    return _encode(value) if isinstance(value, str | int) else _json(value)


def _joined(parts: list[tuple[str, str | _Parts]], brackets: str) -> _Parts:
    length, texts = 0, list[str]()
    for key, part in parts:
        flat = part if isinstance(part, str) else part.flat
        length += len(flat)
        if not flat or length > _WIDTH:
            return _Parts("", parts, brackets)
        texts.append(key + flat)
    return _Parts(f"{brackets[0]}{', '.join(texts)}{brackets[1]}", parts, brackets)


def _write(node: str | _Parts, pad: str, head: str, tail: str, lines: list[str]) -> None:
    """Append the lines of a value behind `head` (its key) and before `tail` (a comma)."""
    if isinstance(node, str):
        lines.append(f"{pad}{head}{node}{tail}")
        return
    flat, parts, brackets = node
    if flat and len(pad) + len(head) + len(flat) + len(tail) <= _WIDTH:
        lines.append(f"{pad}{head}{flat}{tail}")
        return
    lines.append(f"{pad}{head}{brackets[0]}")
    inside, last = f"{pad} ", len(parts) - 1
    for index, (key, part) in enumerate(parts):
        _write(part, inside, key, "," if index < last else "", lines)
    lines.append(f"{pad}{brackets[1]}{tail}")


@lru_cache(maxsize=4096)
def _key(key: str) -> str:
    return f"{_encode(key)}: "


@lru_cache(maxsize=4096, typed=True)
def _encode(value: str | int) -> str:
    """A text, a whole number, `true` or `false`: boards are made of the same ones again and again."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", _json(value))
