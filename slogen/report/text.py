"""Problems for people: where, what, the line with a caret, a hint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len

from slogen.diagnostics import Problem, Severity, Span
from slogen.report.summary import summary
from slogen.report.visible import visible

_WIDTH = 100
_BEFORE_CARET = 60
_TAB = " " * 4
_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}


def render(problems: Sequence[Problem], *, colour: bool = False, left: Sequence[Problem] = ()) -> str:
    """Return one block a problem, where codes are explained and a closing summary, with ANSI colours only
    when asked.

    Those that are `left` out for brevity are only counted.
    """
    blocks = ["\n".join(_block(problem, colour)) for problem in problems]
    if left:
        blocks.append(f"... and {len(left):,} more; `--format json` shows all")
    if not blocks:
        return summary([])
    from slogen.codes import PAGE  # a run without problems shouldn't wait for it

    help_ = f"what a code means, and how to mend it: {PAGE}"
    return "\n\n".join([*blocks, f"{help_}\n{summary([*problems, *left])}"])


def _block(problem: Problem, colour: bool) -> Iterator[str]:
    paint = _COLOURS[problem.severity] if colour else ""
    first, *rest = problem.message.split("\n")
    span = problem.span
    where = f"{visible(span.path)}:{span.line}:{span.column}: " if span else ""
    yield where + _styled(f"{problem.severity}[{visible(problem.code)}]:", paint) + f" {visible(first)}"
    yield from (f"  {visible(line)}" for line in rest)
    if span and span.text:
        line, column, width = excerpt(span)
        yield f"  | {line}"
        yield "  | " + " " * column + _styled("^" * width, paint)
    if problem.hint:
        first, *rest = problem.hint.split("\n")
        yield f"  = hint: {visible(first)}"
        yield from (f"    {visible(line)}" for line in rest)


def _styled(text: str, paint: str) -> str:
    return f"\x1b[1;{paint}m{text}\x1b[0m" if paint else text


def excerpt(span: Span) -> tuple[str, int, int]:
    """Return the source line as a terminal shows it, and where in it the span begins and how wide it is.

    Long lines are cut around the span, to about 100 terminal columns.
    """
    start = span.column - 1
    line, stop = span.text, max(span.end_column - 1, start + 1)
    if len(line) <= _WIDTH and _width(line) <= _WIDTH:
        before, after = _shown(line[:start]), _shown(line[start:])
    else:
        before = _cut_left(line[:start])
        after = _cut_right(line[start:], _WIDTH - cell_len(before))
    marked = min(_width(line[start : min(stop, start + _WIDTH)]), cell_len(after))
    return (before + after).rstrip(), cell_len(before), max(marked, 1)


def _cut_left(text: str) -> str:
    kept = _fitting(reversed(text[-_WIDTH:]), _BEFORE_CARET)
    shown = _shown(text[len(text) - kept :])
    return shown if kept == len(text) else "…" + shown


def _cut_right(text: str, width: int) -> str:
    kept = _fitting(text[:width], width)
    return _shown(text[:kept]) + ("" if kept == len(text) else "…")


def _fitting(chars: Iterable[str], width: int) -> int:
    """Return how many of the characters fit."""
    count = 0
    for char in chars:
        width -= _width(char)
        if width < 0:
            break
        count += 1
    return count


def _shown(text: str) -> str:
    return visible(text.replace("\t", _TAB))


def _width(text: str) -> int:
    return cell_len(_shown(text))
