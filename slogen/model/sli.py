"""What every SLI kind gives to the compiler. Nothing outside `sli/` knows the kinds behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, Protocol, runtime_checkable

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.model.states import Samples, States
from slogen.promql.selector import Matcher, Selector
from slogen.settings import Settings


@dataclass(frozen=True, slots=True)
class Pair:
    """The base expressions of an SLI: total, and bad or good events per second, one series per group.

    An SLI gives one of `bad` and `good`. Good ones are recorded, and bad is total less good, of recorded
    series both: so no rule puts together what was scraped and what was recorded at different moments.
    `components` is recorded before them, where an SLI is made of others: what each part burns.
    """

    total: str
    bad: str = ""
    good: str = ""
    components: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an SLI's expressions may read of what is recorded: its total; `seen`, a series for each group
    that must have data now ("" where missing data is not filled in); the sign that the rules run; and when
    each group was first seen."""

    total: str = ""
    seen: str = ""
    running: str = ""
    first: str = ""


Missing = Literal["ignore", "bad", "good"]


@dataclass(frozen=True, slots=True)
class Timed:
    """An SLI that measures time, not events: it is good or bad for a while, as a whole.

    `pace` units are recorded per second while there is data (1/slice, or 1), `unit` is their plural.
    `missing` says what time without data is: left out, or filled in as bad or good. Where it is filled
    in, `measured` is an expression that has a series per group as long as there is real data.
    `lookback` is how many seconds the SLI itself looks back, so how much later it may turn. `grace` is how
    many seconds what never had data may take to have its first: until then it is not missing. What looks
    back is wrong of a group for as long after its birth: `begins` has a series per group while it has data.
    While one of two series of a group is bad, `one_of_two` of it is; None where the user's query decides.
    """

    pace: Fraction
    unit: str
    missing: Missing = "ignore"
    measured: str = ""
    lookback: int = 0
    grace: int = 0
    begins: str = ""
    one_of_two: Fraction | None = None


class UnsatisfiableError(Exception):
    """No sample series can be derived for a side of an SLI: its field, why, and what helps."""

    def __init__(self, field: str, reason: str, hint: str = "give sample series in `tests.series`") -> None:
        super().__init__(reason)
        self.field = field
        self.hint = hint


class UnplayableError(UnsatisfiableError):
    """No series at all can show it in a story, those of `tests.series` neither."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Another SLO that an SLI is made of, as the spec names it there."""

    slo_id: str
    weight: Fraction
    origin: Origin


@dataclass(frozen=True, slots=True)
class Gauge:
    """What an SLI reads now, for plain threshold alerts.

    `expr` is an operand that gives one value per group. `beyond` is the comparison that holds on the bad
    side: `<`, `>` or `>=`. `target` is what the SLI itself asks for, `highest` the most that can be read
    (None: not known). `unit` is "seconds", "share" or "" for a plain number. `is_estimate` says that a few
    events may not be enough to tell.
    """

    what: str
    expr: str
    beyond: str
    target: Decimal | None
    unit: str = ""
    highest: Decimal | None = None
    is_estimate: bool = False
    quantile: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How an SLI's raw series look on a board: as plain `series`, of events if it `is_counter`; or as a
    `histogram` with a `threshold` in its unit, `is_whole` where events are bad for slowness alone; or not.
    What is `compared` with a threshold says more than the series: PromQL, in the `unit` of Gauge, of which
    low values are the bad ones if `low_is_bad`.
    """

    series: Selector | None = None
    is_counter: bool = False
    histogram: Selector | None = None
    native: bool = False
    threshold: Decimal | None = None
    is_whole: bool = True
    compared: str = ""
    unit: str = ""
    low_is_bad: bool = False


Role = Literal["bad", "good", "total", "value"]


@dataclass(frozen=True, slots=True)
class Need:
    """What an SLI needs of one metric, for whoever looks whether it is there.

    `field` is where the SLI says it, `role` what it is there for: bad, good or all events, or a value.
    `is_counter` says that its growth counts. With a `boundary` the selector is of a histogram's buckets, and
    that one is read, however `bucket` finds it spelt; `native` is a native histogram. What is `optional` has
    others beside it (`a or b`), or is best not there (`a unless b`).
    """

    selector: Selector
    field: str
    role: Role
    is_counter: bool = False
    boundary: Decimal | None = None
    bucket: Matcher | None = None
    native: bool = False
    optional: bool = False


class NoGaugeError(Exception):
    """The SLI can't be compared with levels: why, and the nearest thing that can."""

    def __init__(self, message: str, hint: str, field: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.field = field


class Sli(Protocol):
    """A service level indicator of any kind.

    `by` are the labels that give one budget each. `min_bad_events` is the number of bad events a tier's
    long window must hold before it may fire; `reset_min_events` the number of bad events that the base
    window could have shown at a tier's threshold, for its silence to count as recovery.
    `exact` says that events are counted, not estimated by extrapolation. `timed` is None where events are
    what counts.
    """

    @property
    def by(self) -> tuple[str, ...]: ...
    @property
    def min_bad_events(self) -> int: ...
    @property
    def reset_min_events(self) -> int: ...
    @property
    def exact(self) -> bool: ...
    @property
    def timed(self) -> Timed | None: ...

    def pair(self, settings: Settings, recorded: Recorded) -> Pair:
        """The base expressions."""
        ...

    def unjudged(self) -> str | None:
        """An expression that counts, per group, series whose events nobody can judge (a bucket that isn't
        there), and gives nothing when all is well. None where that can't happen."""
        ...

    def up(self, settings: Settings) -> tuple[str, ...]:
        """Selectors of `up` of the targets that expose the SLI's data; empty where nothing says which."""
        ...

    def metrics(self) -> tuple[str, ...]:
        """The raw selectors the SLI reads, as PromQL."""
        ...

    def needs(self) -> tuple[Need, ...]:
        """The same one by one, with what must be so of each; empty where it reads what others record."""
        ...

    def looks(self) -> Look:
        """How its raw series are drawn."""
        ...

    def groups(self) -> tuple[dict[str, str], ...]:
        """One or two groups (label values for `by`) that sample series can have; `({},)` without `by`."""
        ...

    def samples(self, group: Mapping[str, str]) -> Samples | States:
        """Sample series of one group. Raises UnsatisfiableError where none can be derived."""
        ...

    def gauge(self, quantile: Decimal | None, settings: Settings) -> Gauge:
        """What levels are compared with; `quantile` (0..1) as the spec gives it. Raises NoGaugeError."""
        ...

    def words(self) -> str:
        """What a bad event is, for people: "of requests slower than 500ms"."""
        ...

    def notes(self) -> tuple[str, ...]:
        """What else a person must know of this SLI, in sentences: what it can't see, what is lost."""
        ...


@runtime_checkable
class Levelled(Protocol):
    """An SLI that has a gauge."""

    def level_states(self, gauge: Gauge, level: Decimal, group: Mapping[str, str]) -> States:
        """Sample series while the reading is inside a level, and while it is beyond it. Raises
        UnsatisfiableError where none can be derived."""
        ...


@runtime_checkable
class Countable(Protocol):
    """An SLI whose events are counted in raw series, so that those of a part of them can be asked for."""

    def narrowed(self, matchers: Sequence[Matcher]) -> Sli:
        """The same SLI of those series alone that also pass these matchers."""
        ...

    def plainly(self, window: int) -> Pair:
        """Total, and bad or good events of the last `window` seconds, one series per group, in as few words
        as there are: for tools that have no room for how `pair` counts. A series that is younger counts
        from its birth; one that is gone doesn't count."""
        ...


Parsed = tuple[Sli | None, list[Problem]]
Parser = Callable[[Mapping[str, Any], Origin, Settings], Parsed]


def bad_time(sli: Sli, needed: Fraction) -> Fraction:
    """Seconds of nothing but bad time until there are so many bad slices: of the last one, half is enough. 0
    where events are counted, which may come at any rate."""
    return max(needed - Fraction(1, 2), Fraction(0)) / sli.timed.pace if sli.timed else Fraction(0)
