"""Values of notifications that are not what belongs where they stand: a password, maybe, pasted there.

A short one has no look of its own. So what is neither a known name, or nearly one, nor plain letters, nor of
a form that the fields there have, is shown nowhere: its place says enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from slogen.diagnostics import Problem, did_you_mean
from slogen.load.document import Path as DataPath
from slogen.model.notifications import NONE
from slogen.model.zones import zone_names
from slogen.veil import HIDDEN

FIELDS: Final = ("default", "owners", "meta", "hours", "timing", "max_pages_per_day")
_FORM: Final = re.compile(
    r"[a-z]+(-[a-z]+)*|[-+]?\d{1,3}(\.\d{1,2})?|(\d{1,6}[a-z]{1,2})+|\d{1,2}:\d{2}(:\d{2})?|\w{1,3}(-\w{1,3})?|\W{0,3}|true|false"
)
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def names_of(data: Any) -> list[str]:
    """The names that may stand in a document: of its receivers and hours."""
    found = [data.get(field) for field in ("receivers", "hours")] if isinstance(data, dict) else []
    return [NONE, *(str(name) for each in found if isinstance(each, dict) for name in each)]


def is_stray(value: object, names: Iterable[str]) -> bool:
    """Whether a value is neither one of these names, or nearly, nor of a form that fields have."""
    text, known = str(value), [*names, *_DAYS]
    if value is None or _FORM.fullmatch(text) or text in known or text in zone_names():
        return False
    return not (did_you_mean(text, known) or ("/" in text and did_you_mean(text, zone_names())))


def strays(data: Any) -> Iterator[tuple[DataPath, str]]:
    """Where they stand below the fields that say who is told, and what they are."""
    names = names_of(data)
    for field in FIELDS:
        if isinstance(data, dict) and field in data:
            yield from ((path, text) for path, text in _texts(data[field], (field,)) if is_stray(text, names))


def _texts(value: Any, path: DataPath) -> Iterator[tuple[DataPath, str]]:
    items = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if items is None:
        yield path, "" if value is None else str(value)
    for key, inner in items or ():
        yield from _texts(inner, (*path, key))


def unnamed(problem: Problem, texts: Iterable[str]) -> Problem:
    """The problem without these texts in its words."""
    for text in texts:
        found = re.compile(rf"(?<![\w-]){re.escape(text)}(?![\w-])")
        problem = replace(
            problem, message=found.sub(HIDDEN, problem.message), hint=found.sub(HIDDEN, problem.hint)
        )
    return problem
