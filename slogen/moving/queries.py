"""Queries of other tools -> SLIs: bad and total events, a histogram and its threshold, or a ratio.

An SLI that counts is tried first, as its budget counts what users met; which form is taken says slogen
itself, which is asked of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from slogen.diagnostics import Problem, Severity
from slogen.moving import trees
from slogen.moving.histograms import latency_of
from slogen.moving.judge import Judge
from slogen.moving.outcome import not_moved
from slogen.moving.reading import Value
from slogen.promql.parse import PromqlError
from slogen.promql.shape import constant
from slogen.promql.tree import Binary, Expr, Paren, bare_tree
from slogen.promql.written import duration

Sli = dict[str, Any]
_CHANGED: Final = "import-changed-query"
_TIME: Final = (
    "this ratio is averaged over time: a quiet minute weighs as much as a busy one, so the budget isn't "
    "that of events"
)
_NOTHING: Final = "nothing is to be done"
_BY_HAND: Final = "write the SLI by hand, see docs/spec.md"
_WRITE_SIDES: Final = "if you can, write `events` with the two counters"
_SUMMED: Final = (
    "the two sides aren't sums by the same labels, so slogen adds up all series: one budget for all of them"
)
_MEAN: Final = "it may be several series, and slogen takes their mean: one SLO, where there was one for each"
_ONE_EACH: Final = "name the labels of the series that have a budget each in `by`, or sum them in the query"
_GOOD_AS_BAD: Final = "the bucket counts what was fast, and here that is what is bad"


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be said where a form is taken."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A form that an SLI may have."""

    sli: Sli
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was read, and what had to be done to read it."""

    at: Value
    tree: Expr
    problems: tuple[Problem, ...] = ()


def read_queries(*values: Value, spelled: Callable[[str], str] = str) -> list[Query]:
    """The queries of one SLI; `spelled` gives what a text stands for. Raises RefusedError for what is no
    PromQL that can be moved."""
    found = [_read(value, spelled) for value in values]
    parsed, said = _as_rates([query.tree for query in found], values[0])
    if (fixed := trees.fixed_range(*parsed)) is not None:
        parsed = [trees.with_placeholder(tree) for tree in parsed]
        message = f"the query has the fixed range {duration(fixed)}: slogen asks over windows of its own"
        said.append(values[0].problem(_CHANGED, message, _NOTHING))
    queries = [Query(query.at, tree, query.problems) for query, tree in zip(found, parsed, strict=True)]
    return [replace(queries[0], problems=(*queries[0].problems, *said)), *queries[1:]]


def of_tree(at: Value, tree: Expr) -> Query:
    """The same of a query that has been read already, with the placeholder for its ranges."""
    (rates,), said = _as_rates([tree], at)
    return Query(at, rates, (*_filled(at, tree), *said))


def _as_rates(found: list[Expr], at: Value) -> tuple[list[Expr], list[Problem]]:
    """With `rate` where all is counted with `increase`, or with `irate`, which looks at two samples alone."""
    used = trees.counts_with(found)
    if len(used) != 1 or used == {"rate"}:
        return found, []
    if used == {"increase"} and any(map(trees.has_absolute, found)):
        message = "events of the window are compared with, or added to, a number: as a rate it is another one"
        hint = "write the SLI by hand; `alerting.min_bad_events` keeps a quiet service from alerts"
        raise not_moved("import-refused-query", at, message, hint)
    message = "`irate` becomes `rate`: the whole window counts, not its last two samples alone"
    said = [at.problem(_CHANGED, message, _NOTHING)] if used == {"irate"} else []
    return [trees.with_rates(tree) for tree in found], said


def _read(value: Value, spelled: Callable[[str], str]) -> Query:
    text = spelled(value.text())
    try:
        tree = trees.tree_of(text)
    except PromqlError as error:
        hint = error.hint or "write the query as PromQL that Prometheus takes"
        raise not_moved("import-refused-query", value, str(error), hint) from None
    said = []
    if trees.has_comments(text):
        message = "the comments in this query are left out"
        said.append(value.problem("import-lost-value", message, "write them into the YAML", Severity.INFO))
    return Query(value, tree, (*said, *_filled(value, tree)))


def _filled(at: Value, tree: Expr) -> Iterator[Problem]:
    """Says so where what is filled in around a query is left out."""
    if filler := trees.filler(tree):
        message = f"`or {trees.text_of(filler)}` is left out: without events there is no ratio, and no alert"
        yield at.problem(_CHANGED, message, _NOTHING)


def of_events(counted: Expr, total: Expr, *, is_good: bool = False) -> Iterator[Candidate]:
    """The forms of an SLI of bad (or good) and total events."""
    filled, is_filled = counted, trees.is_zero_filled(counted)
    counted, total = trees.without_fillers(counted), trees.without_fillers(total)
    whole = Binary("/", Paren(filled), Paren(total)) if is_filled else None
    if trees.is_gated(counted) or trees.is_gated(total):  # only as a whole it is absent in quiet times
        yield _averaged(Binary("/", Paren(counted), Paren(total)), is_good=is_good, filled=whole)
        return
    by = trees.same_grouping([counted, total])
    histogram = latency_of(counted, total, is_good=is_good)
    grouped = {"by": list(by)} if by else {}
    if histogram is not None and by is not None:
        yield Candidate({"latency": histogram | grouped})
    if not is_good and (rest := _rest(counted, total)) is not None:
        counted, is_good = rest, True
    said = (
        []
        if by is not None
        else [Said(_CHANGED, _SUMMED, "group both sides by the same labels, and say `by`")]
    )
    if not is_good and latency_of(counted, total, is_good=True):
        said.append(
            Said("import-decide-good-as-bad", _GOOD_AS_BAD, "if that is a slip, write `good` for `bad`")
        )
    sides = {"good" if is_good else "bad": trees.text_of(counted), "total": trees.text_of(total)}
    yield Candidate({"events": sides | grouped}, tuple(said))
    if len(trees.counts_with([counted, total])) < 2 and not any(
        map(trees.has_recorded_rates, (counted, total))
    ):
        yield _averaged(Binary("/", Paren(counted), Paren(total)), is_good=is_good, filled=whole)


def _averaged(ratio: Expr, *, is_good: bool, filled: Expr | None = None) -> Candidate:
    """The form of what can't be taken apart into events. Without groups it is `filled`, if that is given: a
    ratio is gone where nothing was counted, as slogen fills in gaps of events alone."""
    by = trees.grouping(ratio)
    field = {"good" if is_good else "error": trees.written_text(ratio if by or filled is None else filled)}
    sli = {"ratio": field | ({"by": list(by)} if by else {})}
    said = [Said(_CHANGED, _TIME, _WRITE_SIDES)]
    if by is None:
        said.append(Said("import-decide-doubt", _MEAN, _ONE_EACH))
    return Candidate(sli, tuple(said))


def _rest(counted: Expr, total: Expr) -> Expr | None:
    """What is good where `total - good` is counted as bad."""
    root, whole = bare_tree(counted), trees.counter_of(total)
    if not isinstance(root, Binary) or root.op != "-" or root.matching is not None or whole is None:
        return None
    return trees.without_fillers(root.right) if trees.counter_of(root.left) == whole else None


def of_ratio(tree: Expr, *, is_good: bool = False) -> Iterator[Candidate]:
    """The forms of an SLI whose error (or good) ratio is a query: its two sides where it is a division."""
    root = trees.without_fillers(tree)
    if isinstance(root, Binary) and root.op == "-" and constant(root.left) == 1:
        root, is_good = trees.without_fillers(root.right), not is_good
    if isinstance(root, Binary) and root.op == "/" and _is_plain(root):
        yield from of_events(root.left, root.right, is_good=is_good)
    yield _averaged(root, is_good=is_good)


def _is_plain(division: Binary) -> bool:
    """Whether its sides are matched by just the labels that both are grouped by, or by all."""
    return division.matching is None or trees.grouping(division) is not None


def choose(candidates: Iterable[Candidate], at: Value, judge: Judge) -> tuple[Sli, list[Problem]]:
    """The first form that slogen takes, and what is to be said of it. Raises RefusedError with what slogen
    says of the first where it takes none."""
    first: Problem | None = None
    try:
        for candidate in candidates:
            problems = judge.of_sli(candidate.sli)
            if not problems:
                return candidate.sli, [
                    at.problem(each.code, each.message, each.hint) for each in candidate.said
                ]
            first = first or problems[0]
    except PromqlError as error:  # of a form that can't be written
        raise not_moved("import-refused-query", at, str(error), error.hint or _BY_HAND) from None
    message, hint = (first.message, first.hint) if first else ("there is nothing to measure", "")
    raise not_moved("import-refused-query", at, message, hint or _BY_HAND)
