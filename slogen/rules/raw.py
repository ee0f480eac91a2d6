"""An SLO's events as stand-alone PromQL of raw series, also of a part of them, such as one version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from slogen.model.sli import Countable, Pair, Recorded, Sli
from slogen.model.slo import Slo
from slogen.promql.parse import PromqlError, parse_selector
from slogen.promql.selector import Matcher, Selector
from slogen.promql.solve import is_readable, matches
from slogen.promql.text import wrapped
from slogen.settings import Settings


@dataclass(frozen=True, slots=True)
class Counts:
    """Total and bad events over a range. Both read raw series alone, so they can be asked on their own,
    before any rule has run. Without any event there is no series; without bad ones it is 0."""

    total: str
    bad: str


class NotCountableError(ValueError):
    """An SLO whose events can't be counted in raw series: why, and what can be asked instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def raw_counts(
    slo: Slo,
    settings: Settings,
    window: int,
    matchers: Sequence[Matcher] = (),
    *,
    grouped: bool = False,
    plainly: bool = False,
) -> Counts:
    """The events of the last `window` seconds (at least the scrape interval), of the series that also pass
    `matchers`. They are counted as the rules count, each once; `plainly` in fewer words and a little worse
    (`Countable.plainly`). Groups are summed up unless `grouped`. Excluded time counts: it is recorded, not
    raw.

    Matchers that contradict those of the SLI select nothing: `check_matchers` refuses them. Raises
    NotCountableError for what is made of other SLOs or counts time.
    """
    sli = slo.sli
    if slo.parts:
        names = ", ".join(f"`{part.slo.shown}`" for part in slo.parts)
        raise NotCountableError(f"`{slo.shown}` is made of other SLOs, no events of its own", f"ask {names}")
    if sli.timed is not None or not isinstance(sli, Countable):
        message = f"`{slo.shown}` counts time, not events: there is nothing to compare one by one"
        raise NotCountableError(message, "ask an SLO of events or latency of the same service")
    part = sli.narrowed(matchers) if matchers else slo.sli
    pair = sli_pair(part, settings, window, plainly=plainly)
    bad = pair.bad or _less(pair.total, pair.good)
    if not sli.by or grouped:
        return Counts(pair.total, bad)
    return Counts(wrapped("sum", pair.total), wrapped("sum", bad))


def sli_pair(sli: Sli, settings: Settings, window: int, *, plainly: bool) -> Pair:
    """Total, and bad or good events over `window` seconds, by group."""
    if plainly and isinstance(sli, Countable):
        return sli.plainly(window)
    within = replace(settings, prometheus=replace(settings.prometheus, base_window=window))
    total = sli.pair(within, Recorded()).total
    pair = sli.pair(within, Recorded(total=wrapped("", total)))
    return Pair(*(each and _times(each, window) for each in (total, pair.bad, pair.good)))


def _times(rate: str, window: int) -> str:
    return f"{wrapped('', rate)} * {window}"


def _less(total: str, good: str) -> str:
    return f"clamp_min({wrapped('', total)} - {wrapped('', good)}, 0)"


def check_matchers(slo: Slo, matchers: Sequence[Matcher]) -> None:
    """Raise PromqlError where no series can pass both these matchers and those of the SLI."""
    for matcher in matchers:
        if matcher.name == "le":
            raise PromqlError("`le` is for the SLI to select on", "select on a label of the version")
        for selector in map(parse_selector, slo.sli.metrics()):
            own = _contradicted(matcher, selector)
            if own is not None:
                message = f"`{matcher}` contradicts `{own}`, which the SLI asks for itself"
                raise PromqlError(message, f"select on another label than `{matcher.name}`")


def _contradicted(matcher: Matcher, selector: Selector) -> Matcher | None:
    """The matcher of a selector that asks for a value which another one refuses."""
    if not is_readable(selector.where(matcher)):
        return None
    asked = (own for own in selector.only(matcher.name) if own.op == "=")
    return next((own for own in asked if not matches(matcher, {matcher.name: own.value})), None)
