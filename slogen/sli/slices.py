"""What the kinds that measure time share: the good share of the base window, from a verdict at each step.

With `share` the share of good now (a verdict is 1 or 0), and slices of `length` seconds:

    bad   = (1 - avg_over_time(share[5m:30s])) / length
    total = 0 * avg_over_time(share[5m:30s]) + 1 / length

So 40 bad minutes are 8 bad slices of 5m, and 6 hours are 72 of them, on Prometheus 2 and 3 alike: the points
of a subquery on the edge of two windows are in both (2.x) or in one (3.x), and an average doesn't mind. A
slice longer than the base window counts by parts. A ready ratio is the same with slices of a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from slogen.load.settings import Settings
from slogen.model.sli import Missing, Pair, States, Timed
from slogen.promql.parse import Selector
from slogen.promql.text import any_of, indent
from slogen.sli.common import grouped, up_selectors
from slogen.sli.condition import Condition
from slogen.sli.samples import sample_groups
from slogen.sli.states import find_states
from slogen.units import format_duration


@dataclass(frozen=True)
class Slices:
    """Time, cut into slices of `length` seconds, of which a share is good.

    `share` is PromQL: from 0 (bad) to 1 (good) now, one series per group, nothing where it isn't known; the
    other way round where it is the share of `errors`.
    `field` is where the user wrote it. `bad_words` and `remarks` are for people: "of time slices ...".
    """

    share: str
    length: int
    missing: Missing
    by: tuple[str, ...]
    reads: tuple[Selector, ...]
    lookback: int
    field: str
    unit: str
    bad_words: str
    remarks: tuple[str, ...] = ()
    min_bad_events: int = 1
    condition: Condition | None = None
    errors: bool = False

    reset_min_events = 0
    exact = True

    @property
    def timed(self) -> Timed:
        """So many slices a second."""
        measured = "" if self.missing == "ignore" else self.share
        return Timed(Fraction(1, self.length), self.unit, self.missing, measured, self.lookback)

    def pair(self, settings: Settings, total: str, seen: str) -> Pair:
        """Bad and total slices per second."""
        del total
        base, step = format_duration(settings.base_window), format_duration(settings.step)
        points = f"(\n{indent(self._filled(seen))}\n)[{base}:{step}]"
        share = f"avg_over_time(\n{indent(points)}\n)"
        bad = share if self.errors else f"1 - {share}"
        if self.length == 1:
            return Pair(total=f"0 * {share} + 1", bad=bad)
        return Pair(total=f"0 * {share} + 1 / {self.length}", bad=f"({bad}) / {self.length}")

    def _filled(self, seen: str) -> str:
        """The share, and where it is missing what the policy says of each group that was seen lately."""
        if self.missing == "ignore":
            return self.share
        value = "0 * " if (self.missing == "bad") != self.errors else "1 + 0 * "
        return any_of([self.share, value + grouped("max", seen, self.by)])

    def unjudged(self) -> None:
        """What has no value is missing, and the policy says what that is."""

    def up(self) -> tuple[str, ...]:
        """From the matchers of all that is read."""
        return up_selectors(self.reads)

    def metrics(self) -> tuple[str, ...]:
        """All selectors."""
        return tuple(map(str, self.reads))

    def groups(self) -> tuple[dict[str, str], ...]:
        """Groups that the selectors leave free."""
        return sample_groups(self.by, self.reads)

    def samples(self, group: Mapping[str, str]) -> States:
        """Series for which the share is computed to be 1, and 0."""
        found = find_states(self.share, self.reads, group, self.field)
        return States(good=found.bad, bad=found.good) if self.errors else found

    def words(self) -> str:
        """ "of time slices were bad"."""
        return self.bad_words

    def notes(self) -> tuple[str, ...]:
        """What the kind has to say, and whether the query itself is slow."""
        if not self.lookback:
            return self.remarks
        late = f"it looks back {format_duration(self.lookback)} itself: it turns that much later at most"
        return (*self.remarks, late)
