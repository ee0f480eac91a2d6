"""A difference for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from slogen.diagnostics import Problem
from slogen.project.difference.compare import Kind
from slogen.project.difference.lines import Line, Pair
from slogen.project.difference.whole import Difference
from slogen.report.diff.sections import MOST_NAMED, Alike, alike, files, headline, others, where
from slogen.report.visible import visible

_HEAD: Final = 14  # width of a topic
_WIDE: Final = 110
_MOST_ERRORS: Final = 10


def as_text(difference: Difference) -> str:
    """Blocks of lines, without a newline at the end."""
    blocks = [[f"{difference.old} -> {difference.new}: {headline(difference)}"]]
    blocks += [[*_slo(each)] for each in alike(difference)]
    blocks += [[*_all("project", difference.project)], [*_unknown(difference)], [*_files(difference)]]
    return "\n\n".join("\n".join(map(visible, block)) for block in blocks if block)


def _slo(group: Alike) -> Iterator[str]:
    change, slo = group.first, group.first.view.slo
    kind = "" if change.kind is Kind.CHANGED else f" is {change.kind}"
    old = f"{change.heir_of} -> " if change.heir_of else ""
    owner = f", owner {slo.owner}" if slo.owner else ""
    yield f"{old}{slo.shown}{kind}{owner} ({where(slo)})"
    if len(group.slos) > 1:
        yield f"  alike: {others(group.slos)}"
    for line in group.lines:
        yield from _line(line)


def _all(title: str, lines: tuple[Line, ...]) -> Iterator[str]:
    if lines:
        yield title
        for line in lines:
            yield from _line(line)


def _line(line: Line) -> Iterator[str]:
    head = f"  {line.topic:{_HEAD - 1}} "
    said = [_pair(pair) for pair in line.pairs]
    if any(len(each) > _WIDE - _HEAD for each in said):
        for number, pair in enumerate(line.pairs):
            yield f"{head if not number else ' ' * len(head)}{pair.label} {pair.before}".rstrip()
            yield f"{' ' * (len(head) - 3)}-> {pair.after}"
        if line.note:
            yield " " * len(head) + line.note
        return
    between = "" if not line.pairs else " " if not line.pairs[0].label else "; "
    lead = f"{line.lead}: " if line.lead else ""
    yield f"{head}{lead}{', '.join(said)}{between if line.note else ''}{line.note}"


def _pair(pair: Pair) -> str:
    return f"{pair.label} {pair.before} -> {pair.after}".lstrip()


def _unknown(difference: Difference) -> Iterator[str]:
    if not difference.errors:
        return
    yield f"not all of {difference.old} can be read; the rest is compared"
    for problem in difference.errors[:_MOST_ERRORS]:
        yield f"  {place(problem)}{problem.message.splitlines()[0]}"
    if (rest := len(difference.errors) - _MOST_ERRORS) > 0:
        yield f"  and {rest:,} more problems"
    if difference.unknown:
        names, rest = ", ".join(difference.unknown[:MOST_NAMED]), len(difference.unknown) - MOST_NAMED
        yield f"  not compared: {names}" + (f" and {rest:,} more" if rest > 0 else "")


def place(problem: Problem) -> str:
    """Where a problem is, with a colon and a space after it."""
    span = problem.span
    return f"{span.path}:{span.line}:{span.column}: " if span else ""


def _files(difference: Difference) -> Iterator[str]:
    if not difference.files:
        return
    yield f"generated files: {files(difference.files)}: {', '.join(_folders(difference))}"


def _folders(difference: Difference) -> Iterator[str]:
    """How many there are in each folder, as of a service."""
    places = Counter("/".join(each.path.split("/")[:2]) for each in difference.files)
    yield from (f"{place} {count:,}" if count > 1 else place for place, count in places.items())
