"""Series that an SLI doesn't select though it almost would: what they read must make no difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from slogen.model.states import Reading, States
from slogen.promql.parse import parse_selector
from slogen.promql.selector import Selector
from slogen.promql.solve import selects, series, solve
from slogen.promql.variants import left_out

_MOST: Final = 12  # of an SLO: many more would make its proof unreadable
_MUCH: Final = 1000.0


def bystanders(states: States, reads: Sequence[Selector], asked: Iterable[Selector]) -> States:
    """Series that differ from the samples in one label, as one of the SLI's selectors `reads` leaves it out,
    so that no one `asked` selects them; what they read in the same states. Where a sample reads the same in
    both, it is a thousand times as much."""
    others = [*reads, *asked]
    found: dict[str, str] = {}
    for name in states.series:
        sample = parse_selector(name)
        for labels in _others(sample, [s for s in reads if selects(s, sample.metric, sample.labels)]):
            if not any(selects(selector, sample.metric, labels) for selector in others):
                found.setdefault(series(sample.metric, labels), name)
    told = list(islice(((new, name) for new, name in found.items() if new not in states.series), _MOST))
    good, bad = (
        {new: state[name] for new, name in told if name in state} for state in (states.good, states.bad)
    )
    same = {new for new in good if good[new] == bad.get(new)}
    good, bad = ({new: _much(r) if new in same else r for new, r in each.items()} for each in (good, bad))
    return States(good, bad)


def _others(sample: Selector, selecting: Iterable[Selector]) -> Iterator[dict[str, str]]:
    """The sample's labels, one of them as a matcher of one of the selectors leaves it out."""
    for matcher in (matcher for selector in selecting for matcher in selector.matchers):
        kept = {name: value for name, value in sample.labels.items() if name != matcher.name}
        for other in left_out(matcher):
            if (labels := solve([Selector(sample.metric, (other,))], (), kept)) is not None:
                yield labels


def _much(reading: Reading) -> Reading:
    value = None if reading.value is None else reading.value * _MUCH or _MUCH
    return replace(reading, value=value, growth=reading.growth * _MUCH)
