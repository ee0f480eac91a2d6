"""slogen's blocks in a file of somebody else: between markers, made and taken out as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from slogen.diagnostics import Problem, Span
from slogen.load.document import span_at
from slogen.veil import HIDDEN, veiled
from slogen.yamltext import dump

Sections = Mapping[str, Sequence[Any]]
SECTIONS: Final = ("templates", "routes", "receivers", "inhibit_rules", "time_intervals")
FILES: Final = "files"  # the block with the template file, where a file carries those too
BEGIN: Final = "# >>> slogen {}: made by `slogen alertmanager merge`, don't edit up to the next marker"
END: Final = "# <<< slogen {}"
_HINT_MARKERS: Final = "delete the lines from `# >>> slogen` to `# <<< slogen` by hand, and merge again"
_QUOTED: Final = re.compile(r"'[^']{3,}'|\"[^\"]{3,}\"")
MARKER: Final = re.compile(r"^[ \t]*# (>>>|<<<) slogen (\w+)[^\n]*$", re.MULTILINE)


class NotMergedError(Exception):
    """The base can't take slogen's part; carries the Problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def stripped(path: str, text: str, markers: Iterable[re.Match[str]]) -> str:
    """The text without what lies between its markers. Raises NotMergedError where they don't pair."""
    pairs: list[tuple[int, int]] = []
    seen: set[str] = set()
    begun: re.Match[str] | None = None
    for marker in markers:
        kind, name = marker[1], marker[2]
        if (
            name not in (*SECTIONS, FILES)
            or (kind == "<<<") != (begun is not None)
            or (begun and begun[2] != name)
        ):
            _fail(path, text, marker, "merge-markers", "this marker has no partner", _HINT_MARKERS)
        if kind == ">>>":
            if name in seen:
                message = f"slogen's markers for `{name}` are there twice"
                _fail(path, text, marker, "merge-markers", message, _HINT_MARKERS)
            seen.add(name)
            begun = marker
        elif begun is not None:
            pairs.append((begun.start(), marker.end() + 1))
            begun = None
    if begun is not None:
        _fail(path, text, begun, "merge-markers", "this marker has no partner", _HINT_MARKERS)
    for start, end in reversed(pairs):
        if text[:start].endswith(("[\n", "{\n")):  # brackets or braces, opened for the block
            start, end = start - 1, end + len(text[end:]) - len(text[end:].lstrip(" "))
        text = text[:start] + text[end:]
    return text


def _fail(path: str, text: str, marker: re.Match[str], code: str, message: str, hint: str) -> None:
    start = marker.end() - len(marker[0].lstrip())
    raise NotMergedError(Problem(code, message, no_line(span_at(path, text, start, marker.end())), hint))


def block(name: str, items: Sequence[Any], indent: int) -> str:
    """The items of a list that is there, between markers."""
    lines = dump({name: list(items)}).split("\n")[1:]
    return marked(name, "\n".join(line.removeprefix("  ") for line in lines), indent)


def marked(name: str, block: str, indent: int) -> str:
    pad = " " * indent
    lines = [BEGIN.format(name), *block.rstrip("\n").split("\n"), END.format(name)]
    return "".join(f"{pad}{line}\n" if line else "\n" for line in lines)


def inline(name: str, lines: Sequence[str], indent: int) -> str:
    """Lines for within brackets or braces, between markers."""
    pad = " " * indent
    return "".join(f"{pad}{line}\n" for line in (BEGIN.format(name), *lines, END.format(name)))


def put(text: str, blocks: Iterable[tuple[int, str, bool]]) -> str:
    """The text with blocks at their places. One within brackets or braces opens them to lines of their own:
    what followed goes to a new line, which it does once for all blocks of a place."""
    found: dict[int, list[tuple[str, bool]]] = {}
    for place, block, is_inline in blocks:
        found.setdefault(place, []).append((block, is_inline))
    for place in sorted(found, reverse=True):
        added = "".join(block for block, _ in found[place])
        if found[place][0][1]:
            pad = added[: len(added) - len(added.lstrip(" "))]
            added = f"\n{added}{pad}"
        text = text[:place] + added + text[place:]
    return text


def hidden(problem: Problem) -> Problem:
    """A problem of the YAML, without its line and without what a parser quotes of the file."""
    bare = replace(problem, message=_QUOTED.sub(f"'{HIDDEN}'", problem.message))
    return veiled(replace(bare, span=no_line(bare.span)) if bare.span else bare)


def no_line(span: Span) -> Span:
    """A place without its line: teams keep secrets in these files."""
    return replace(span, text="")
