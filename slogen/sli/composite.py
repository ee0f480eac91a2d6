"""`composite`: several SLOs as one, weighted or the worst of them.

sli: {composite: {of: [{slo: chat-api/availability, weight: 2}, {slo: chat-api/ttft}], mode: weighted}}

It reads what its parts have recorded, so it works across services, at most one evaluation late. What each
part contributes is recorded first, as a burn rate, so that whoever is paged sees which part it is. Its events
are seconds: total is 1 while any part has a ratio, so a quiet part weighs as much as a busy one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from slogen.conventions import COMPONENT, COMPONENT_BURN, bad_series, slo_selector, total_series
from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.model.sli import (
    Gauge,
    Look,
    Need,
    NoGaugeError,
    Pair,
    Parsed,
    Recorded,
    Reference,
    Timed,
    UnsatisfiableError,
)
from slogen.model.slo import Part, Slo
from slogen.model.states import Samples
from slogen.promql.text import any_of, indent, quote, wrapped
from slogen.settings import Settings
from slogen.sli.common import summed
from slogen.sli.looks import series_look
from slogen.units import to_decimal, to_text

WORST = "worst"


@dataclass(frozen=True)
class Composite:
    """References to other SLOs and, once they are resolved, the parts and what they are parts of."""

    references: tuple[Reference, ...]
    is_worst: bool
    by: tuple[str, ...]
    base: int
    parts: tuple[Part, ...] = ()
    service: str = ""
    whole: str = ""
    budget: Fraction = Fraction(0)

    min_bad_events = 1
    reset_min_events = 0
    exact = False

    @cached_property
    def timed(self) -> Timed:
        """Seconds; as late as the part that looks back furthest."""
        lookbacks = (part.slo.sli.timed.lookback for part in self.parts if part.slo.sli.timed)
        return Timed(Fraction(1), "seconds", lookback=max(lookbacks, default=0))

    def resolved(self, whole: Slo, slos: Sequence[Slo]) -> Parsed:
        """The composite with its parts: each must have the labels of `by`, none may be stricter than all."""
        problems = [*self._ungrouped(slos), *self._too_strict(whole, slos)]
        if problems:
            return None, problems
        weights = sum(reference.weight for reference in self.references)
        parts = (
            Part(slo, r.weight, whole.budget / slo.budget if self.is_worst else r.weight / weights)
            for r, slo in zip(self.references, slos, strict=True)
        )
        return replace(
            self, parts=tuple(parts), service=whole.service, whole=whole.id, budget=whole.budget
        ), []

    def _ungrouped(self, slos: Sequence[Slo]) -> Iterator[Problem]:
        for reference, slo in zip(self.references, slos, strict=True):
            lacks = [label for label in self.by if label not in slo.sli.by]
            if lacks:
                message = f"`{slo.id}` has no groups by `{lacks[0]}`"
                hint = f"drop `{lacks[0]}` from this `by`, or add it to the part's"
                yield reference.origin.problem("composite-by", message, hint)

    def _too_strict(self, whole: Slo, slos: Sequence[Slo]) -> Iterator[Problem]:
        """No part could burn a budget that is smaller than that of each, so tiers might never be reached."""
        strictest = min(slos, key=lambda slo: slo.budget)
        if self.is_worst and whole.budget < strictest.budget:
            message = (
                f"the worst of parts can't be promised better than the best of them, {strictest.percent}"
            )
            hint = f"the highest objective here is {strictest.percent}, that of `{strictest.id}`"
            yield whole.origin.at("objective").problem("composite-objective", message, hint)

    def pair(self, settings: Settings, recorded: Recorded) -> Pair:
        """The parts' contributions, summed up or the largest, as a share of this SLO's own budget."""
        del recorded
        burns = slo_selector(COMPONENT_BURN, self.whole, settings.labels)
        whole = _aggregated("max" if self.is_worst else "sum", self.by, burns)
        return Pair(
            total=f"0 * {whole} + 1",
            bad=f"clamp_max({to_text(self.budget, 12)} * {whole}, 1)",
            components=self._worst(settings) if self.is_worst else self._weighted(settings),
        )

    def _worst(self, settings: Settings) -> str:
        """The burn rate of each part, by its own budget."""
        return any_of(
            _labelled(f"{self._ratio(part, settings)} / {to_text(part.slo.budget, 12)}", part)
            for part in self.parts
        )

    def _weighted(self, settings: Settings) -> str:
        """The weighted ratio of each part, over the weights of the parts that are there, over the budget."""
        errors, there = [], []
        for part in self.parts:
            weight, total = to_text(part.weight, 12), self._recorded(total_series, part, settings)
            errors.append(_labelled(f"{weight} * {self._ratio(part, settings)}", part))
            there.append(_labelled(f"{weight} * ({total} > bool 0)", part))
        weights = f"{_aggregated('sum', self.by, any_of(there))} * {to_text(self.budget, 12)}"
        matching = f"/ on ({', '.join(self.by)}) group_left ()"
        return f"(\n{indent(any_of(errors))}\n)\n{matching}\n(\n{indent(weights)}\n)"

    def _ratio(self, part: Part, settings: Settings) -> str:
        """The error ratio of a part over the base window; absent without traffic."""
        bad, total = (self._recorded(series, part, settings) for series in (bad_series, total_series))
        return f"clamp_min({bad}, 0)\n/ ({total} > 0)"

    def _recorded(self, series: Callable[[int], str], part: Part, settings: Settings) -> str:
        return summed(
            slo_selector(series(settings.prometheus.base_window), part.slo.id, settings.labels), self.by
        )

    def unjudged(self) -> None:
        """A part that can't judge its events tells so itself."""

    def up(self, settings: Settings) -> tuple[str, ...]:
        """Its data are the parts': each of them knows its targets."""
        del settings
        return ()

    def metrics(self) -> tuple[str, ...]:
        """What the parts of the same service read, and what is recorded for the others."""
        found = dict[str, None]()
        for part in self.parts:
            if part.slo.service == self.service:
                found |= dict.fromkeys(part.slo.sli.metrics())
            else:
                found |= {
                    slo_selector(s(self.base), part.slo.id, {}): None for s in (bad_series, total_series)
                }
        return tuple(found)

    def needs(self) -> tuple[Need, ...]:
        """Nothing of its own: the parts are SLOs themselves, and what they record is theirs."""
        return ()

    def looks(self) -> Look:
        """What its first part reads, or has recorded."""
        return series_look(self.metrics())

    def groups(self) -> tuple[dict[str, str], ...]:
        """Those of its parts, which the proof puts together."""
        return ()

    def samples(self, group: Mapping[str, str]) -> Samples:
        """Made of the samples of its parts, by the proof, which knows what stands in which rule file."""
        del group
        raise UnsatisfiableError("of", "its samples are those of its parts")

    def gauge(self, quantile: Decimal | None, settings: Settings) -> Gauge:
        """Parts have different values; their burn is what they have in common."""
        del quantile, settings
        message = "a composite has no value of its own that levels could be compared with"
        raise NoGaugeError(message, "give `levels` to its parts")

    def notes(self) -> tuple[str, ...]:
        """Ratios are put together, not events."""
        how = "it burns as fast as the part that burns fastest, by that part's own budget"
        if not self.is_worst:
            how = "its error ratio is the mean of its parts' ratios, by their weights"
        return (
            f"{how}; each second counts alike: it doesn't count events, so a busy part weighs no more "
            "than a quiet one",
            "a part without traffic drops out; without any part there is no ratio",
        )

    def words(self) -> str:
        """What the error ratio is."""
        if self.is_worst:
            return "of the time was lost by the part that burns fastest"
        return "of the time was lost, by the weights of its parts,"


def _aggregated(operator: str, by: tuple[str, ...], expr: str) -> str:
    head = f"{operator} by ({', '.join(by)}) " if by else operator
    return wrapped(head, expr) if "\n" in expr else f"{head}({expr})"


def _labelled(expr: str, part: Part) -> str:
    return f'label_replace(\n{indent(expr)},\n  {quote(COMPONENT)}, {quote(part.slo.id)}, "", ""\n)'


def parse(config: Mapping[str, Any], origin: Origin, settings: Settings) -> Parsed:
    """Build Composite from its part of the spec; whether its parts exist is seen when all files are read."""
    is_worst, problems = config.get("mode") == WORST, list[Problem]()
    references: dict[str, Reference] = {}
    for index, line in enumerate(config["of"]):
        here, name = origin.at("of", index), line["slo"]
        if name in references:
            message = f"`{name}` is there twice"
            problems.append(
                here.at("slo").problem(
                    "composite-duplicate", message, "drop one" if is_worst else "raise its `weight` instead"
                )
            )
        if is_worst and "weight" in line:
            message = "the worst of parts has no weights"
            hint = "drop it, or write `mode: weighted`"
            problems.append(here.at("weight").problem("composite-weight", message, hint, key=True))
        weight = Fraction(to_decimal(line.get("weight", 1)))
        references.setdefault(name, Reference(name, weight, here.at("slo")))
    composite = Composite(
        tuple(references.values()), is_worst, tuple(config.get("by", ())), settings.prometheus.base_window
    )
    return (None if problems else composite), problems
