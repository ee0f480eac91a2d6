"""What became of foreign SLOs, as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from slogen.diagnostics import Problem, sort_key
from slogen.history.comparing import Comparison
from slogen.moving.outcome import Import, Moved, grouped
from slogen.report.as_json import entry
from slogen.report.beside import as_text, data
from slogen.report.visible import visible

FORMS: Final = ("text", "json")
# What codes of an import begin with, and what is said of them.
_KINDS: Final = {
    "import-refused-": "refused",
    "import-lost-": "lost",
    "import-decide-": "decide",
    "import-changed-": "changed",
    "import-unused-": "unused",
}
_OTHER: Final = "problem"
_WIDE: Final = max(map(len, _KINDS.values()))


def render(
    found: Import, folder: Path, form: str, written: Sequence[Path], compared: Comparison | None = None
) -> str:
    """All of it in a form of FORMS, without a newline at the end; with the files that were `written`, and
    with what was `compared`."""
    if form == "json":
        more = {"comparison": data(compared)} if compared else {}
        return json.dumps(_data(found, folder, written) | more, indent=2, ensure_ascii=False)
    lines = [line for slo in found.slos for line in _slo(slo)]
    if found.problems:
        alike = grouped(sorted(found.problems, key=sort_key))
        lines += [line for first, *more in alike for line in _problem(first, "", len(more))] + [""]
    lines += [_counts(found), *_next(folder, written)]
    return "\n".join([*lines, *(as_text(compared) if compared else ())])


def _slo(slo: Moved) -> Iterator[str]:
    place = f"{visible(slo.place.path)}:{slo.place.line}"
    called = f"from `{visible(slo.called)}` " if slo.called else ""
    yield f"{slo.id or 'refused'}  {called}of {slo.dialect}, {place}"
    for first, *more in grouped(sorted(slo.problems, key=sort_key)):
        yield from _problem(first, "  ", len(more))
    yield ""


def _problem(problem: Problem, pad: str, more: int = 0) -> Iterator[str]:
    """What it is, what is said of it, and below where, what to do, and the code; so many `more` say it."""
    span = problem.span
    others = f" and {more:,} more" if more else ""
    where = f"{visible(span.path)}:{span.line}:{span.column}{others}" if span else ""
    first, *rest = problem.message.split("\n")
    yield f"{pad}{_kind(problem):{_WIDE}}  {visible(first)}"
    below = " " * (len(pad) + _WIDE + 2)
    for line in rest:
        yield f"{below}{visible(line)}"
    if problem.hint:
        yield f"{below}{visible(problem.hint)}"
    yield f"{below}{where}  [{problem.code}]".rstrip()


def _kind(problem: Problem) -> str:
    return next((word for start, word in _KINDS.items() if problem.code.startswith(start)), _OTHER)


def _counts(found: Import) -> str:
    """ "2 of 3 SLOs imported: 4 lost, 1 to decide, 1 refused"."""
    moved = sum(slo.fields is not None for slo in found.slos)
    noun = "SLO" if len(found.slos) == 1 else "SLOs"
    kinds = [_kind(problem) for problem in found.all_problems]
    said = [
        f"{kinds.count(word):,} {'to ' * (word == 'decide')}{word}"
        for word in _KINDS.values()
        if word in kinds
    ]
    more = f": {', '.join(said)}" if said else ""
    return f"{moved:,} of {len(found.slos):,} {noun} imported{more}"


def _next(folder: Path, written: Sequence[Path]) -> Iterator[str]:
    if not written:
        yield "nothing was written"
        return
    for path in written:
        yield f"wrote {visible(path.as_posix())}"
    yield f"\nNext: slogen validate {visible(folder.as_posix())}, then slogen test"


def _data(found: Import, folder: Path, written: Sequence[Path]) -> dict[str, Any]:
    sources = {folder / f"{spec.service}.yaml": list(spec.sources) for spec in found.specs}
    return {
        "slos": [_moved(slo, folder) for slo in found.slos],
        "problems": _entries(found.problems),
        "files": [{"path": path.as_posix(), "sources": sources.get(path, [])} for path in written],
        "summary": {
            "slos": len(found.slos),
            "imported": sum(slo.fields is not None for slo in found.slos),
            **{word: sum(_kind(p) == word for p in found.all_problems) for word in _KINDS.values()},
        },
    }


def _moved(slo: Moved, folder: Path) -> dict[str, Any]:
    return {
        "slo": slo.id or None,
        "name": slo.called,
        "dialect": slo.dialect,
        "path": slo.place.path,
        "line": slo.place.line,
        "column": slo.place.column,
        "file": (folder / f"{slo.service}.yaml").as_posix() if slo.id else None,
        "problems": _entries(replace(problem, slo=slo.id) for problem in slo.problems),
    }


def _entries(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [entry(problem) for problem in sorted(problems, key=sort_key)]
