"""The series of one metric of a dump, found by the values of their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from slogen.live.doctor.exposition import Exposed
from slogen.promql.selector import Matcher
from slogen.promql.solve import matches

Shown = tuple[int, Exposed]  # a series, and the number of its page


@dataclass
class Indexed:
    """Series; each label is indexed when it is first asked for, as many SLOs select one metric."""

    every: list[Shown] = field(default_factory=list)
    _by_label: dict[str, dict[str, list[Shown]]] = field(default_factory=dict, repr=False)

    def add(self, series: Iterable[Shown]) -> None:
        """More series; before any are asked for."""
        self.every.extend(series)

    def selected(self, matchers: Iterable[Matcher]) -> Iterator[Shown]:
        """The series that all matchers pass, in their order."""
        matchers = tuple(matchers)
        equal = [self._with(m.name).get(m.value, ()) for m in matchers if m.op == "="]
        fewest: Sequence[Shown] = min(equal, key=len, default=self.every)
        for shown in fewest:
            if all(matches(matcher, shown[1].labels) for matcher in matchers):
                yield shown

    def _with(self, label: str) -> dict[str, list[Shown]]:
        """The series by the value of a label; those without it have an empty one."""
        if label not in self._by_label:
            found = self._by_label[label] = {}
            for shown in self.every:
                found.setdefault(shown[1].labels.get(label, ""), []).append(shown)
        return self._by_label[label]
