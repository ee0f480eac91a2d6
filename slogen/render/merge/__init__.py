"""slogen's part put into a team's own alertmanager.yml, as text: nothing else of it changes.

Each list gets a block between markers, before everything else in the list. A merge first takes out what an
earlier one put in, so that doing it twice changes nothing, and what is no longer wanted goes. The outcome
is read again and compared: what was the team's must be there as before, and ours in front of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from slogen.diagnostics import Problem
from slogen.load.document import span_at
from slogen.load.syntax import syntax_problem
from slogen.render.merge.base import Base
from slogen.render.merge.markers import NotMergedError, Sections, hidden, no_line, stripped

__all__ = ["Merged", "NotMergedError", "Sections", "merge", "template_patterns"]


@dataclass(frozen=True, slots=True)
class Merged:
    """The text with slogen's part in it, and what is worth a warning."""

    text: str
    problems: tuple[Problem, ...] = ()


def merge(path: str, base: str, sections: Sections) -> Merged:
    """Put the sections into a base (none of them: take out what was put in). Raises NotMergedError."""
    newline = "\r\n" if "\r\n" in base else "\n"
    base = base.replace("\r\n", "\n")
    base += "" if base.endswith("\n") or not base else "\n"
    own = Base(path, base)
    warnings = tuple(own.behind_catch_all())
    clean = Base(path, stripped(path, base))
    clean.check()
    text = clean.text
    for place, block in sorted(clean.blocks(sections), key=lambda found: found[0])[::-1]:
        text = text[:place] + block + text[place:]
    _compare(path, clean.data, text, sections)
    return Merged(text.replace("\n", newline), warnings)


def template_patterns(text: str) -> list[str]:
    """The files that a base takes templates from; none where it can't be read."""
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
    found = data.get("templates") if isinstance(data, dict) else None
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _compare(path: str, base: Mapping[str, Any], text: str, sections: Sections) -> None:
    """The merged file says what the base said, and slogen's part before it. Raises NotMergedError."""
    wanted = {**base, "route": dict(base["route"])}
    for name, items in sections.items():
        holder = wanted["route"] if name == "routes" else wanted
        holder[name] = [*json.loads(json.dumps(items)), *(holder.get(name) or [])]
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise NotMergedError(hidden(syntax_problem(path, text, error))) from None
    if found != wanted:
        message = "slogen can't put its part into this file without changing the rest"
        raise NotMergedError(
            Problem("merge-base", message, no_line(span_at(path, text, 0, 1)), "paste fragment.yml by hand")
        )
