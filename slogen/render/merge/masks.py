"""What a report may show of the lines of files about people: addresses and secrets are starred out.

Of a file of the team's only slogen's own lines are shown, and of others the keys: teams keep secrets there,
and nobody knows which. The number of lines stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from slogen.render.merge.found import found_markers
from slogen.veil import HIDDEN, looks_secret, veil
from slogen.write import Change, Plan

Mask = Callable[[str], str]
_TARGETS: Final = ("alertmanager", "alertmanagerconfig")
_KEYED: Final = re.compile(r"(\s*(?:- +)*)([A-Za-z][-\w.]{0,60}:)(\s.*)?")
_BARE: Final = re.compile(r"(\s*)(.*)", re.DOTALL)


def masks(plan: Plan) -> Mapping[Path, Mask]:
    """How to show the lines of each file of a plan that may hold secrets."""
    theirs = {f.root / f.path for f in plan.request.files if not f.owner and f.target in _TARGETS}
    return {
        change.path: _of_team(change) if change.path in theirs else veil
        for change in plan.changes
        if change.path in theirs or any(name in change.path.as_posix() for name in _TARGETS)
    }


def _of_team(change: Change) -> Mask:
    """Lines between slogen's markers as they are, of others the keys."""
    if change.path.suffix == ".tmpl":
        return veil
    texts = [(content or b"").decode(errors="replace") for content in (change.old, change.new)]
    ours = frozenset(line for text in texts for line in _between(change.path.as_posix(), text))
    return lambda line: veil(line) if line in ours else keys_only(line)


def _between(path: str, text: str) -> list[str]:
    """The lines between slogen's markers, with these."""
    found, lines, first = list[str](), text.split("\n"), 0
    for marker in found_markers(path, text):
        line = text.count("\n", 0, marker.start())
        if marker[1] == ">>>":
            first = line
        else:
            found += lines[first : line + 1]
            first = line + 1
    return found


def keys_only(line: str) -> str:
    """A line of YAML without its values, comments and list items."""
    keyed = _KEYED.fullmatch(line)
    if keyed and not looks_secret(keyed[2]):
        return f"{keyed[1]}{keyed[2]}" + (f" {HIDDEN}" if (keyed[3] or "").strip() else "")
    indent, rest = _BARE.fullmatch(line).groups()  # type: ignore[union-attr]  # it takes any text
    return f"{indent}{HIDDEN}" if rest.strip() else line
