"""Write JSON for people and for git: what fits on a line stands on one, what doesn't is broken up.

So a change of one thing is a change of a few lines. Only a text (a query) is longer, which JSON can't break.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

_WIDTH: Final = 110  # of a line, with what stands before and behind a value
# Half a surrogate pair, which UTF-8 can't write, is left to the writer to refuse.
_json: Final = json.JSONEncoder(ensure_ascii=False).encode
# The text stands in a ConfigMap too, and to readers of YAML some of these end a line.
_UNSEEN: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _encode(value: Any) -> str:
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", _json(value))


def dump(value: Any) -> str:
    """JSON text that ends with a newline. Keys stay in their order; letters of any script stay readable."""
    return "\n".join(_lines(value, _encode(value), "", "", "")) + "\n"


def _lines(value: Any, flat: str, pad: str, head: str, tail: str) -> Iterator[str]:
    """The lines of a value (`flat` on one) behind `head` (its key) and before `tail` (a comma)."""
    fits = len(pad) + len(head) + len(flat) + len(tail) <= _WIDTH
    if fits or not value or not isinstance(value, dict | list):
        yield f"{pad}{head}{flat}{tail}"
        return
    opening, closing = flat[0], flat[-1]
    yield f"{pad}{head}{opening}"
    if isinstance(value, list):
        items = [("", item) for item in value]
    else:
        items = [(f"{_encode(key)}: ", item) for key, item in value.items()]
    last = len(items) - 1
    for index, (key, item) in enumerate(items):
        yield from _lines(item, _encode(item), pad + " ", key, "," if index < last else "")
    yield f"{pad}{closing}{tail}"
