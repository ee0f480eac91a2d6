"""Templates of annotations for engines that can fill in labels and the value, but can't be asked anything."""

from __future__ import annotations

import re
from typing import Final

ACTION: Final = re.compile(r"\{\{-?\s*(?P<words>(?:`[^`]*`|\"(?:[^\"\\]|\\.)*\"|[^`\"])*?)\s*-?\}\}")
_OPENS: Final = ("if", "with", "range", "block", "define")
_QUERY: Final = re.compile(r"^with\s+query\b")
_SPACES: Final = re.compile(r" {2,}")


def without_queries(text: str) -> str:
    """The text without its parts that ask the server (`{{ with query … }} … {{ end }}`): of these, what
    stands behind their `{{ else }}` is said instead."""
    kept: list[str] = []
    depth = begun = at = 0
    is_else = False
    for action in ACTION.finditer(text):
        words = action["words"]
        if begun == 0 or is_else:
            kept.append(text[at : action.start()])
        at = action.end()
        word = words.split(maxsplit=1)[0] if words else ""
        depth += word in _OPENS
        if begun == 0 and _QUERY.match(words):
            begun = depth
        elif begun == depth and word == "else":
            is_else = True
        elif begun and begun == depth and word == "end":
            begun, is_else = 0, False
        elif begun == 0 or is_else:
            kept.append(action[0])
        depth -= word == "end"
    return _SPACES.sub(" ", "".join((*kept, text[at:]))).strip() if at else text
