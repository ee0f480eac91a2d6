"""What an OpenSLO objective measures: events, a ratio, or the time in which a value is good."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from slogen.moving import trees
from slogen.moving.dialect import Options
from slogen.moving.draft import Draft
from slogen.moving.openslo_refs import named
from slogen.moving.outcome import not_moved
from slogen.moving.queries import Candidate, Query, Said, choose, of_events, of_ratio, read_queries
from slogen.moving.reading import Value
from slogen.promql.names import is_counter_name
from slogen.promql.parse import PromqlError
from slogen.promql.tree import Aggregation, Binary, Expr, VectorSelector, bare_tree, walk
from slogen.units import MINUTE, format_duration, parse_duration, plain, to_decimal

_OCCURRENCES: Final = "Occurrences"
_METHODS: Final = (_OCCURRENCES, "Timeslices", "RatioTimeslices")
_OPERATORS: Final = {"lte": "<=", "gte": ">=", "lt": "<", "gt": ">"}
_SLICE: Final = 300
_MINUTES: Final = re.compile(r"[0-9]{1,6}(\.[0-9]+)?")
_PROMETHEUS: Final = "prometheus"
_LANGUAGES: Final = ("promql", "query")
_BY_TIME: Final = "each time that the rules look counts alike, not each occurrence"


def choose_sli(draft: Draft, spec: Value, objective: Value, options: Options) -> None:
    """Set the SLI, and say what is to be said of it. Raises RefusedError where there is none."""
    method = _method(spec, objective)
    ratio, threshold = objective.get("ratioMetrics"), None  # in v1alpha each objective has its own
    indicator = objective if ratio else _indicator(str(draft.fields["name"]), spec, objective, options)
    if ratio is None:
        ratio, threshold = indicator.get("ratioMetric"), indicator.get("thresholdMetric")
    if ratio is not None:
        queries, candidates = _of_ratio(ratio, objective, method, options)
        at = ratio
    elif threshold is not None:
        queries, candidates = _of_threshold(threshold, objective, method, options)
        at = threshold
    else:
        hint = "ratioMetric or thresholdMetric"
        raise not_moved("import-refused-shape", indicator, "there is no metric in it", hint)
    sli, problems = choose(candidates, at, options.judge)
    draft.put(["sli"], sli, at)
    draft.tell([*(problem for query in queries for problem in query.problems), *problems])


def _indicator(called: str, spec: Value, objective: Value, options: Options) -> Value:
    """The spec of the SLI: the objective's own, the SLO's, or that of another document."""
    for owner in (objective, spec):
        if inline := owner.get("indicator"):
            name = its.get("name") if (its := inline.get("metadata")) else None
            if name is not None and name.data == called:
                name.mark()  # it says nothing more
            return inline.need("spec") if inline.get("spec") else inline
        if reference := owner.get("indicatorRef"):
            return named(reference, "SLI", options).need("spec")
    hint = "say `indicator` or `indicatorRef`"
    raise not_moved("import-refused-shape", spec, "this SLO has no indicator", hint)


def _method(spec: Value, objective: Value) -> str:
    said = spec.get("budgetingMethod") or objective.get("budgetingMethod")
    method = said.text() if said else _OCCURRENCES
    if said is not None and method not in _METHODS:
        raise not_moved(
            "import-refused-shape", said, f"`{method}` is no method", f"one of {', '.join(_METHODS)}"
        )
    return method


def _query(at: Value, options: Options) -> Value:
    """The PromQL of a metric. Raises RefusedError for other sources than Prometheus."""
    if kind := at.get("source"):  # v1alpha
        _is_prometheus(kind)
        if (language := at.get("queryType")) and str(language.data).lower() in _LANGUAGES:
            language.mark()
        return at.need("query")
    source = at.need("metricSource")
    kind, reference = source.get("type"), source.get("metricSourceRef")
    if kind is None and reference is not None:
        kind = named(reference, "DataSource", options).need("spec").need("type")
    if kind is not None:
        _is_prometheus(kind)
        if reference is not None:
            reference.mark()
    return source.need("spec").need("query", "promql")


def _is_prometheus(kind: Value) -> None:
    if kind.text().lower() != _PROMETHEUS:
        message = f"the source is `{kind.text()}`, and slogen reads Prometheus alone"
        hint = "record it in Prometheus, and write its query there"
        raise not_moved("import-refused-source", kind, message, hint)


def _of_ratio(
    at: Value, objective: Value, method: str, options: Options
) -> tuple[list[Query], Iterable[Candidate]]:
    if raw := at.get("raw"):
        kind = at.need("rawType")
        if kind.text() not in ("success", "failure"):
            raise not_moved("import-refused-shape", kind, "this is no type of a ratio", "success or failure")
        queries = read_queries(_query(raw, options))
        is_good, ratio = kind.data == "success", queries[0].tree
        if method == "Timeslices":
            return queries, _slices(ratio, objective, is_good=is_good)
        found = of_ratio(ratio, is_good=is_good)
        return queries, found if method == _OCCURRENCES else _last(found)
    good, bad = at.get("good"), at.get("bad")
    if good is None and bad is None:
        raise not_moved(
            "import-refused-shape", at, "there are no good and no bad events", "say `good` or `bad`"
        )
    counter = at.get("counter", "incremental")
    side, total = good or bad, at.need("total")
    assert side is not None
    queries = read_queries(_query(side, options), _query(total, options))
    counted, every = _ranged([query.tree for query in queries], counter.flag() if counter else None)
    if method == _OCCURRENCES:
        return queries, of_events(counted, every, is_good=good is not None)
    return queries, _sliced(counted, every, objective, method, is_good=good is not None)


def _last(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """The one that is averaged over time."""
    yield from [*candidates][-1:]


def _ranged(found: list[Expr], is_counter: bool | None) -> list[Expr]:
    """Metrics without a range count what they grow by, or what they read at each scrape."""
    if any(map(trees.has_ranges, found)):
        return found
    if is_counter is None:
        selectors = [node for tree in found for node in walk(tree) if isinstance(node, VectorSelector)]
        is_counter = all(is_counter_name(node.name or "") for node in selectors)
    return [_summed(tree, "rate" if is_counter else "sum_over_time") for tree in found]


def _summed(tree: Expr, function: str) -> Expr:
    """With a range for each of its selectors; a metric alone means all of its series."""
    ranged = trees.ranged(tree, function)
    return Aggregation("sum", ranged) if isinstance(bare_tree(tree), VectorSelector) else ranged


def _sliced(
    counted: Expr, every: Expr, objective: Value, method: str, *, is_good: bool
) -> Iterator[Candidate]:
    length = _length(objective)
    ratio = f"({trees.over(counted, length)}) / ({trees.over(every, length)})"
    if method == "RatioTimeslices":
        yield Candidate({"ratio": {"good" if is_good else "error": ratio}})
        return
    yield _condition(ratio, objective, length, is_good=is_good)


def _slices(ratio: Expr, objective: Value, *, is_good: bool) -> Iterator[Candidate]:
    length = _length(objective)
    yield _condition(trees.over(ratio, length), objective, length, is_good=is_good)


def _condition(ratio: str, objective: Value, length: str, *, is_good: bool) -> Candidate:
    target = _number(objective.need("timeSliceTarget"))
    good = f"({ratio}) >= {plain(target)}" if is_good else f"({ratio}) <= {plain(1 - target)}"
    return Candidate({"timeslices": {"good": good, "slice": length}})


def _length(objective: Value) -> str:
    """The length of a slice; a bare number is minutes."""
    at = objective.get("timeSliceWindow")
    if at is None:
        hint = "write `timeSliceWindow`, such as 5m, into the objective, and import again"
        raise not_moved("import-refused-shape", objective, "it doesn't say how long a slice is", hint)
    text = at.text()
    try:
        minutes = _MINUTES.fullmatch(text)
        return format_duration(int(to_decimal(text) * MINUTE) if minutes else parse_duration(text))
    except ValueError as error:
        raise not_moved("import-refused-window", at, str(error), "such as 5m") from None


def _of_threshold(
    at: Value, objective: Value, method: str, options: Options
) -> tuple[list[Query], Iterable[Candidate]]:
    """The time in which the value is good."""
    operator, value = objective.need("op"), _number(objective.need("value"))
    if operator.text() not in _OPERATORS:
        hint = f"one of {', '.join(_OPERATORS)}"
        raise not_moved("import-refused-shape", operator, f"`{operator.text()}` compares nothing", hint)
    query = _query(at, options)
    text = query.text()
    try:
        tree = trees.tree_of(text)
    except PromqlError as error:
        raise not_moved("import-refused-query", query, str(error), error.hint or "write PromQL") from None
    is_counted = method == _OCCURRENCES and objective.get("timeSliceWindow") is None
    length = format_duration(_SLICE) if is_counted else _length(objective)
    if (target := objective.get("timeSliceTarget")) and _number(target) == 1:
        target.mark()  # a value is good or bad for all of its slice
    side = f"({text.strip()})" if isinstance(tree, Binary) else text.strip()
    good = f"{side} {_OPERATORS[operator.text()]} {plain(value)}"
    said = (Said("import-changed-query", _BY_TIME, "if events can be counted, write `events`"),)
    sli = {"timeslices": {"good": good, "slice": length}}
    return [], [Candidate(sli, said if method == _OCCURRENCES else ())]


def _number(at: Value) -> Decimal:
    try:
        return to_decimal(at.text())
    except ValueError as error:
        raise not_moved("import-refused-shape", at, str(error), "such as 0.95") from None
