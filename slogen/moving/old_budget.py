"""What another tool shows of an SLO's budget, as PromQL over its own recorded series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from slogen.emitted.rules import Recording
from slogen.moving.old_rules import OldRule
from slogen.moving.outcome import Moved
from slogen.promql.parse import PromqlError, parse_selector
from slogen.promql.selector import Matcher, Selector
from slogen.units import parse_duration, plain

_LEFT: Final = "slo:period_error_budget_remaining:ratio"
_BURNT: Final = "slo:period_burn_rate:ratio"
_KEPT, _PROMISED = "pyrra_availability", "pyrra_objective"
_INCREASE: Final = ":increase"
_ENDINGS: Final = ("_total", "_count", "_bucket")


def budget_left(slo: Moved, rules: Sequence[OldRule]) -> str:
    """PromQL of the share of the budget that is left, 1 when nothing is spent; "" where the rules don't
    record what it would be of."""
    recorded = {rule.name: rule.rule for rule in rules if isinstance(rule.rule, Recording)}
    if _LEFT in recorded:
        return _series(recorded[_LEFT])
    if _BURNT in recorded:
        return f"1 - {_series(recorded[_BURNT])}"
    if _KEPT in recorded and _PROMISED in recorded:
        kept, promised = _series(recorded[_KEPT]), _series(recorded[_PROMISED])
        return f"1 - (1 - {kept}) / on () (1 - {promised})"
    return _of_increases(slo, recorded)


def _series(rule: Recording) -> str:
    return str(Selector(rule.record).where(**rule.labels))


def _of_increases(slo: Moved, recorded: Mapping[str, Recording]) -> str:
    """As Pyrra's pages do it: of the events of the window, which it records."""
    fields = slo.fields or {}
    sides = list(_sides(fields.get("sli", {})))
    names = [_increase(side, recorded) for side in sides]
    if len(sides) != 2 or not all(names):
        return ""
    kind = next(iter(fields["sli"].values()))
    by = f"by ({', '.join(kind['by'])}) " if kind.get("by") else ""
    events, total = (
        f"sum {by}({Selector(name, side.matchers).where(slo=slo.called)})"
        for name, side in zip(names, sides, strict=True)
    )
    bad = f"({events} or 0 * {total})" if "bad" in kind else f"({total} - {events})"
    return f"1 - {bad} / {total} / {plain((100 - fields['objective']) / 100)}"


def _sides(sli: Mapping[str, Any]) -> Iterator[Selector]:
    """What is counted first, and the total; without labels that both sides record apart."""
    events, latency = sli.get("events", {}), sli.get("latency", {})
    try:
        if events:
            yield parse_selector(events.get("bad") or events.get("good", ""))
            yield parse_selector(events["total"])
        elif latency and not latency.get("native"):
            histogram = parse_selector(latency["histogram"])
            yield histogram.where(Matcher("le", "!=", ""))
            yield histogram.where(Matcher("le", "=", ""))
    except (PromqlError, KeyError):
        return


def _increase(side: Selector, recorded: Mapping[str, Recording]) -> str:
    """The name of the series with the increase of a counter over the longest window."""
    bare = side.metric
    for ending in _ENDINGS:
        bare = bare.removesuffix(ending)
    windows = [name.removeprefix(bare + _INCREASE) for name in recorded if name.startswith(bare + _INCREASE)]
    lengths = {parse_duration(each): each for each in windows if _is_length(each)}
    return f"{bare}{_INCREASE}{lengths[max(lengths)]}" if lengths else ""


def _is_length(text: str) -> bool:
    try:
        return parse_duration(text) > 0
    except ValueError:
        return False
