"""A side of an SLI as users write it: a bare selector, or PromQL with `{{ window }}` as its range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from slogen.promql.limits import without_strings
from slogen.promql.measures import Measure, measure, together
from slogen.promql.parse import PromqlError, bare_selector, parse, read, selector_of, selectors
from slogen.promql.selector import Matcher, Selector
from slogen.promql.shape import UNSEEN, needs_no_data
from slogen.promql.text import indent
from slogen.promql.tree import (
    Aggregation,
    Call,
    Expr,
    Number,
    Range,
    String,
    Subquery,
    VectorSelector,
    bare_tree,
    walk,
)
from slogen.promql.written import narrowed, with_increases, written
from slogen.sli.boundaries import tolerant
from slogen.sli.counters import Doubt, NoCounterError, check_counter, check_ranges, doubts_of
from slogen.sli.doubts import doubts_in
from slogen.sli.growth import in_place_of_rates
from slogen.sli.joins import measured
from slogen.sli.placeholder import PROBE_WINDOW, is_template, render, with_placeholder
from slogen.sli.sums import difference, operands

_NO_RATES: Final = {
    "increase": "counts per window, not per second",
    "delta": "counts per window, not per second",
    "irate": "looks at the last two samples only",
    "idelta": "looks at the last two samples only",
}
# What gives one of many values, or counts series: no sum of events.
_NO_EVENTS: Final = {
    **dict.fromkeys(("avg", "min", "max", "stddev", "stdvar", "quantile"), "one value out of many series"),
    **dict.fromkeys(("topk", "bottomk"), "a part of the series, now these and then those"),
    **dict.fromkeys(("count", "group", "count_values"), "a number of series"),
    **dict.fromkeys(("histogram_quantile", "quantile_over_time", "histogram_avg"), "a value in between"),
    **dict.fromkeys(("absent", "absent_over_time", "present_over_time", "vector"), "the same all the time"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a pair: the user's text, its selector if it is one counter, and all that it reads.

    `is_summed` says that the expression already is the sum by just the labels that were asked for.
    `terms` are the operands of an outermost `+`, each of them 0 while only others have series; `written` is
    what slogen writes instead of the text, where it does. `doubts` are what is likely wrong.
    """

    text: str
    bare: Selector | None
    reads: tuple[Selector, ...]
    is_summed: bool = False
    measure: Measure = Measure.RATE
    terms: tuple[Side, ...] = ()
    written: str = ""
    doubts: tuple[Doubt, ...] = ()

    @property
    def measured(self) -> tuple[Selector, ...]:
        """What it counts: all that it reads, without what that is only joined with."""
        return self.reads if self.bare else measured(render(self.text, PROBE_WINDOW), self.reads)

    def rate(self, window: int) -> str:
        """Events per second over `window` seconds, not yet summed unless `is_summed`; for PromQL that is
        neither a bare counter nor a sum of `terms`."""
        return self._rate(render(self.written or self.text, window), window)

    def grown(self, window: int, grow: Callable[[Selector], str], *, increases: bool) -> str:
        """The same of a bare counter too, with `grow` of its counter in place of each `rate`, but for those
        with an `offset` and what `_staying` tells; with `increases` these are written as an `increase` over
        their seconds."""
        if self.bare is not None:
            return grow(self.bare)
        stays = _staying(parse(render(self.text, PROBE_WINDOW)))
        found = render(in_place_of_rates(self.written or self.text, grow, stays), window)
        if increases and any(isinstance(node, Call) and node.name == "rate" for node in walk(parse(found))):
            found = written(with_increases(parse(found)))
        return self._rate(found, window)

    def _rate(self, expr: str, window: int) -> str:
        return f"(\n{indent(expr)}\n) / {window}" if self.measure is Measure.COUNT else expr

    def narrowed(self, matchers: Sequence[Matcher], by: tuple[str, ...]) -> Side:
        """The side with these matchers in each of its selectors, too."""
        if self.terms:
            terms = tuple(term.narrowed(matchers, by) for term in self.terms)
            reads = tuple(dict.fromkeys(selector for term in terms for selector in term.reads))
            return replace(self, terms=terms, reads=reads)
        if self.bare is not None:
            bare = self.bare.where(*matchers)
            return replace(self, text=str(bare), bare=bare, reads=(bare,))
        tree = parse(render(self.text, PROBE_WINDOW))
        return side(written(narrowed(tree, matchers), with_placeholder), by)

    @property
    def meaning(self) -> object:
        """Equal for sides that are the same but for spaces and the order of matchers."""
        if self.bare is None:
            return tuple(self.text.split())
        return self.bare.metric, frozenset(self.bare.matchers)


def side(text: str, by: tuple[str, ...]) -> Side:
    """Read one side. Raises PromqlError with a hint for all that would record nothing or nonsense."""
    text, exact = tolerant(text)
    if not is_template(text):
        found = _bare(text)
        return replace(found, doubts=(*found.doubts, *exact))
    expr = render(text, PROBE_WINDOW)
    code = without_strings(expr)
    if "#" in code:
        raise PromqlError("comments would swallow what slogen writes behind them", "write them in the YAML")
    if "@" in code:
        raise PromqlError("`@` fixes the time, so this would never change", "drop it")
    tree = read(expr)
    _check_type(bare_tree(tree))
    _check_nodes(list(walk(tree)))
    check_ranges(tree)
    terms = [_term(*operand, by) for operand in operands(text, tree)]
    doubts = tuple(dict.fromkeys((*exact, *doubts_in(tree, by), *(d for term in terms for d in term.doubts))))
    if len(terms) == 1:
        return replace(terms[0], text=text, doubts=doubts)
    unit = together([term.measure for term in terms])
    return Side(text, None, selectors(tree), False, unit, tuple(terms), doubts=doubts)


def _term(text: str, tree: Expr, by: tuple[str, ...]) -> Side:
    """One operand of a sum, or the whole where there is none."""
    root, reads = bare_tree(tree), selectors(tree)
    _check_groups(root, by)
    counter = _counter(root)
    if counter is not None:
        _check_buckets(counter)
        return Side(text, counter, reads)
    _check_events(root)
    unit = measure(root)
    if unit is Measure.SHARE:
        message = "this is a share, not events per second"
        raise NoCounterError(message, "write the two sides apart, or `ratio: {error: ...}`")
    written = difference(text, tree)
    _check_data(parse(render(written, PROBE_WINDOW)) if written else root)
    if unit is Measure.NUMBER:
        message = "this is a number (of series, 0 or 1, or a constant), not events per second"
        raise NoCounterError(
            message, "write `sum(rate(metric[{{ window }}]))`; for values there is `timeslices`"
        )
    return Side(text, None, reads, _is_sum_by(root, by) and not written, unit, written=written)


def _bare(text: str) -> Side:
    tree = read(text)
    if not isinstance(bare_tree(tree), VectorSelector | Range):
        if any(isinstance(node, Range | Subquery) for node in walk(tree)):
            raise PromqlError(
                "this PromQL has a fixed range", "write `[{{ window }}]` where the range stands"
            )
        raise PromqlError(
            "this PromQL has no `{{ window }}`",
            "write a bare counter selector, or `rate(metric[{{ window }}])` with the placeholder as range",
        )
    selector = bare_selector(tree, text, ", or PromQL with `{{ window }}` as the range")
    _check_buckets(selector)
    check_counter(selector)
    return Side(text, selector, (selector,), doubts=tuple(doubts_of(selector)))


def _staying(tree: Expr) -> frozenset[Selector]:
    """What is not counted like a bare counter: native histograms, which can't be compared with their past,
    and what a subquery looks at time and again, which would cost too much."""
    found = (
        node
        for node in walk(tree)
        if isinstance(node, Subquery) or (isinstance(node, Call) and node.name.startswith("histogram_"))
    )
    return frozenset(selector for node in found for selector in selectors(node))


def _check_buckets(selector: Selector) -> None:
    if selector.metric.endswith("_bucket") and not selector.only("le"):
        raise PromqlError(
            "a histogram's buckets without `le` count every event many times", "use `_count`, or add le"
        )


def _counter(root: Expr) -> Selector | None:
    """The selector of a plain `rate`, summed or not: it is the same as the bare selector."""
    while isinstance(root, Aggregation) and root.op == "sum":
        root = bare_tree(root.expr)
    if not isinstance(root, Call) or root.name != "rate":
        return None
    selected = bare_tree(root.args[0])
    if not isinstance(selected, Range) or selected.selector.offset is not None:
        return None
    return selector_of(selected.selector)


def _check_nodes(nodes: Sequence[Expr]) -> None:
    ranges = {node.length.total_seconds() for node in nodes if isinstance(node, Range | Subquery)}
    if PROBE_WINDOW not in ranges:
        raise PromqlError("`{{ window }}` is not the range of any selector", "write `rate(x[{{ window }}])`")
    if ranges != {PROBE_WINDOW}:
        raise PromqlError("a fixed range stands beside `{{ window }}`", "use `{{ window }}` for every range")
    for name in (node.name for node in nodes if isinstance(node, Call)):
        if name in _NO_RATES:
            raise PromqlError(f"`{name}` {_NO_RATES[name]}", "use rate: a side gives events per second")


def _check_type(root: Expr) -> None:
    if isinstance(root, Range | Subquery | Number | String):
        raise PromqlError("the expression must give events per second", "wrap it in rate(...)")
    if isinstance(root, Call) and root.name in ("scalar", "time", "pi"):
        raise PromqlError("the expression gives a scalar without labels", "drop scalar(...)")


def _check_events(root: Expr) -> None:
    name = root.op if isinstance(root, Aggregation) else root.name if isinstance(root, Call) else ""
    if name in _NO_EVENTS:
        hint = "write sum(...), as in `sum(max without (replica) (...))`; for values there is `timeslices`"
        raise NoCounterError(f"`{name}` gives {_NO_EVENTS[name]}, not events per second", hint)


def _check_data(tree: Expr) -> None:
    """Where a side is there without its series, nobody would ever be told that its data is gone."""
    if needs_no_data(tree):
        hint = "drop `or vector(0)` and the like: slogen counts missing bad events as 0"
        raise NoCounterError(UNSEEN, hint)


def _check_groups(root: Expr, by: tuple[str, ...]) -> None:
    if not by or not isinstance(root, Aggregation):
        return
    lost = [label for label in by if (label in root.grouping.labels) != root.grouping.keeps]
    if lost:
        raise PromqlError(
            f"the aggregation drops `{lost[0]}`, which `by` needs", f"aggregate by ({', '.join(by)})"
        )


def _is_sum_by(root: Expr, by: tuple[str, ...]) -> bool:
    if not isinstance(root, Aggregation) or root.op != "sum":
        return False
    return root.grouping.keeps and set(root.grouping.labels) == set(by)
