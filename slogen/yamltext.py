"""Write YAML that every reader takes the same way, and people can read.

Each string that is not plainly a word is quoted: left bare, `1e3`, `0o17`, `on` or `2026-01-01` change
their type in one reader or another (kubectl, kustomize, Argo CD, Prometheus). Long or many-line text
becomes a literal block. No anchors, no wrapping, order as given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from slogen.units import plain

_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./:-]*[A-Za-z0-9_/]|[A-Za-z_]")
_RESERVED: Final = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"])
_NOT_PRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_EXOTIC_SPACE: Final = re.compile(r"[^\S\n ]")
_LONG = 100


class Quoted(str):
    """A short text that reads best in single quotes on its line: a matcher, a template."""

    __slots__ = ()


def dump(value: Mapping[str, Any]) -> str:
    """One YAML document for nested dicts, lists, tuples, strings, ints, decimals, bools and None.

    Empty collections are written as `{}` and `[]`. Raises TypeError for anything else.
    """
    lines: list[str] = [] if value else ["{}"]
    _mapping(value, "", "", lines)
    return "\n".join(lines) + "\n"


def _mapping(value: Mapping[str, Any], pad: str, first: str, lines: list[str]) -> None:
    """Append a mapping's lines; `first` replaces the padding of its first line ("- " in a sequence)."""
    lead = first or pad
    for key, item in value.items():
        head = f"{lead}{scalar(key)}:"
        if type(item) is str:
            lines.append(_text(head, item, pad))
        elif type(item) is int:
            lines.append(f"{head} {item}")
        else:
            _item(head, item, pad, lines)
        lead = pad


def _text(head: str, text: str, pad: str) -> str:
    """The line, or lines, of a string."""
    # expressions: no two long ones are the same, so none is worth remembering
    inline = _short(text) if len(text) <= _LONG else _long(text)
    if inline is not None:
        return f"{head} {inline}"
    block = text.replace("\n", f"\n{pad}  ") if "\n" in text else text
    return f"{head} |-\n{pad}  {block}"


def _item(head: str, item: Any, pad: str, lines: list[str]) -> None:
    if type(item) is str:
        lines.append(_text(head, item, pad))
    elif type(item) is Quoted:
        lines.append(f"{head} {_single(item)}")
    elif item and isinstance(item, dict):
        lines.append(head)
        _mapping(item, pad + "  ", "", lines)
    elif item and isinstance(item, (list, tuple)):
        lines.append(head)
        _sequence(item, pad + "  ", lines)
    else:
        lines.append(f"{head} {_plain(item)}")


def _sequence(value: Sequence[Any], pad: str, lines: list[str]) -> None:
    for item in value:
        if item and isinstance(item, dict):
            _mapping(item, pad + "  ", f"{pad}- ", lines)
        else:
            _item(f"{pad}-", item, pad, lines)


def _long(text: str) -> str | None:
    """The text on one line; None if a block shows it unchanged."""
    return None if _fits_block(text) else scalar(text)


@lru_cache(maxsize=65536)
def _short(text: str) -> str | None:
    """The same of a text that prefers its line, unless it has several or must be quoted."""
    prefers_block = "\n" in text or '"' in text or "\\" in text
    return None if prefers_block and _fits_block(text) else scalar(text)


def _fits_block(text: str) -> bool:
    """Whether a literal block gives the text back: no space at an edge or a line's end, all printable."""
    if text[0] in " \n" or text[-1] in " \n":
        return False
    if text.isascii() and text.isprintable():  # most texts: then they have one line
        return True
    if " \n" in text or "\n\n" in text:
        return False
    if text.isascii():
        return text.replace("\n", "").isprintable()
    return not (_CONTROL.search(text) or _EXOTIC_SPACE.search(text) or _NOT_PRINTABLE.search(text))


def _single(text: str) -> str:
    """In single quotes, or where they can't hold it, double quotes."""
    return "'" + text.replace("'", "''") + "'" if text.isprintable() else scalar(str(text))


@lru_cache(maxsize=4096)
def scalar(text: str) -> str:
    """A string on one line: bare if it is plainly a word, else in double quotes."""
    if _WORD.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    return escaped(json.dumps(text, ensure_ascii=False))


def escaped(text: str) -> str:
    """Text in double quotes, or JSON, without characters that some reader takes for the end of a line."""
    return _NOT_PRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _plain(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return plain(value)
    if value in ({}, [], ()):
        return "{}" if isinstance(value, dict) else "[]"
    raise TypeError(f"cannot write {type(value).__name__} as YAML")
