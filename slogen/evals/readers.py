"""Which SLOs read the results of evaluations, by the selectors of their SLIs, whatever kind those are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from slogen.conventions import EVAL_CASES, EVAL_LAST_RUN, EVAL_SCORE
from slogen.model.slo import Slo, is_compound
from slogen.promql.parse import parse_selector
from slogen.promql.selector import Selector
from slogen.promql.solve import selects, solve

SUITE: Final = "suite"
METRIC: Final = "metric"
OUTCOME: Final = "outcome"
JOB: Final = "job"
_OF_TARGETS: Final = frozenset({JOB, "instance", OUTCOME})
OUTCOMES: Final = ("passed", "failed", "errored")
Labels = dict[str, str]


@dataclass(frozen=True)
class Reader:
    """An SLO, and its selectors of evaluations' series."""

    slo: Slo
    selectors: tuple[Selector, ...]

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that it names."""
        return tuple(dict.fromkeys(value for each in self.selectors for value in _named(each, METRIC)))

    @property
    def names(self) -> frozenset[str]:
        """What a user may call it: by its metrics, by its name, or by its whole name."""
        return frozenset((*self.metrics, self.slo.id, self.slo.shown, self.slo.title))

    @property
    def suites(self) -> tuple[str, ...]:
        """The suites that it names."""
        return tuple(dict.fromkeys(value for each in self.selectors for value in _named(each, SUITE)))

    @property
    def counts(self) -> bool:
        """Whether it counts cases."""
        return any(each.metric == EVAL_CASES for each in self.selectors)

    @property
    def scores(self) -> bool:
        """Whether it compares scores."""
        return any(each.metric == EVAL_SCORE for each in self.selectors)

    def reads(self, suite: str) -> bool:
        """Whether it reads anything of a suite."""
        return any(_accepts(each, {SUITE: suite}) for each in self.selectors)

    def series(self, series: str, suite: str, metric: str = "", outcome: str = "") -> list[Labels]:
        """Labels of the series that its selectors of this name select for a metric of a suite, each once."""
        given = {SUITE: suite, METRIC: metric, OUTCOME: outcome}
        own = {name: value for name, value in given.items() if value}
        mine = [selector for selector in self.selectors if selector.metric == series]
        found = [labels for each in mine if (labels := solve([each], fixed=own)) is not None]
        return [labels for number, labels in enumerate(found) if labels not in found[:number]]

    def pushed(self, labels: Labels) -> Labels:
        """The labels of a series that a run is written with: what its selectors ask for by name, but for what
        whoever scrapes says."""
        named = {m.name for each in self.selectors for m in each.matchers if m.op == "="} - _OF_TARGETS
        return {k: v for k, v in labels.items() if k in named | {SUITE, METRIC}}

    @property
    def jobs(self) -> tuple[str, ...]:
        """The jobs that its selectors name."""
        return tuple(dict.fromkeys(value for each in self.selectors for value in _named(each, JOB)))


def readers(slos: Iterable[Slo], *, last_run: bool = False) -> tuple[Reader, ...]:
    """The SLOs that read scores or cases; with `last_run` those that read when evaluations ran. What is made
    of other SLOs reads nothing itself."""
    wanted = (EVAL_LAST_RUN,) if last_run else (EVAL_SCORE, EVAL_CASES)
    found = []
    for slo in slos:
        if is_compound(slo.sli):
            continue
        selectors = tuple(s for s in map(parse_selector, slo.sli.metrics()) if s.metric in wanted)
        if selectors:
            found.append(Reader(slo, selectors))
    return tuple(found)


def _named(selector: Selector, label: str) -> Iterator[str]:
    return (m.value for m in selector.only(label) if m.op == "=" and m.value)


def _accepts(selector: Selector, labels: Labels) -> bool:
    """Whether a selector takes these values of labels, whatever the others are."""
    about = Selector(selector.metric, selector.only(*labels))
    return selects(about, selector.metric, labels)
