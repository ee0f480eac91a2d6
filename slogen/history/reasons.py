"""Why old rules and slogen's tell different things of the same traffic, in words.

Each reason is found in what was played: nothing is said that a story doesn't show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan
from typing import Final

from slogen.conventions import ABSENT_ALERT, CONSUMED_ALERT, EXHAUSTED_ALERT
from slogen.emitted.rules import Alert
from slogen.history.beside import Beside
from slogen.history.foreign import Old
from slogen.model.slo import Slo
from slogen.model.tiers import PAGE, TICKET
from slogen.promql.tree import Call, walk
from slogen.units import MINUTE, format_duration, to_text

_SAME: Final = 2 * MINUTE  # what differs by less is one evaluation or two
_SAME_LEFT: Final = 0.005  # of the budget
_NO_NUMBER: Final = (
    "without traffic the old ratio divides 0 by 0, and a mean is no number as long as it looks back on that; "
    "slogen adds 0 events"
)
_MISSING: Final = (
    "until the first failure there is no series of failures, and so no old ratio: its mean is over the time "
    "since then alone. slogen counts a service that never failed as 0 bad events"
)
_WEIGHTS: Final = (
    "the old budget is a mean of ratios over time, so that a minute at night weighs as much as one by day; "
    "slogen divides all bad events by all events"
)
_MEANS: Final = frozenset({"avg_over_time", "count_over_time"})


@dataclass(frozen=True, slots=True)
class Reason:
    """A difference and where it comes from. `kind` is a contract."""

    kind: str
    words: str


def reasons(found: Beside, slo: Slo, old: Old) -> tuple[Reason, ...]:
    """All that is known of a story's differences."""
    return tuple(_Reasons(found, slo, old).all())


@dataclass(frozen=True, slots=True)
class _Reasons:
    found: Beside
    slo: Slo
    old: Old

    def all(self) -> Iterator[Reason]:
        """Those of pages, then of tickets, then of the budget."""
        told = [*self._off(), *self._gone(), *self._minimum(), *self._spent(), *self._often()]
        yield from told
        timed = [*self._began(), *self._ended()]
        yield from timed
        if not told and not timed and any(map(self._differs, (PAGE, TICKET))):
            yield Reason("tiers", "the alerts compare other windows or thresholds: see them side by side")
        yield from self._budget()

    def _spans(self, severity: str) -> tuple[list[tuple[int, int | None]], list[tuple[int, int | None]]]:
        return self.found.old.spans(severity), self.found.new.spans(severity)

    def _differs(self, severity: str) -> bool:
        was, now = self._spans(severity)
        return len(was) != len(now)

    def _off(self) -> Iterator[Reason]:
        """The spec wants no alerts of a severity that the old rules have."""
        for severity in (PAGE, TICKET):
            was, now = self._spans(severity)
            if was and not now and not self.slo.alerting.sends(severity):
                yield Reason("off", f"{severity}s are off in the spec (`alerting.{severity}.enabled`)")

    def _gone(self) -> Iterator[Reason]:
        """Data that is gone is told by an alert of its own."""
        told = self._own(ABSENT_ALERT)
        if told and not self.found.old.spans(told[0]):
            yield Reason(
                "gone",
                f"data that is gone has an alert of its own, a {told[0]}; a ratio without data is none",
            )

    def _minimum(self) -> Iterator[Reason]:
        """Too few bad events for any alert of slogen."""
        least = self.slo.alerting.min_bad_events
        was, now = (any(map(told.spans, (PAGE, TICKET))) for told in (self.found.old, self.found.new))
        if was and not now and 0 < self.found.bad < least:
            words = f"only {self.found.bad:.0f} bad events: an alert needs {to_text(least)}"
            yield Reason("few-events", f"{words} (`alerting.min_bad_events`)")

    def _spent(self) -> Iterator[Reason]:
        """Tickets about the budget, which the other tool doesn't have."""
        if TICKET in [*self._own(CONSUMED_ALERT), *self._own(EXHAUSTED_ALERT)]:
            yield Reason("spent", "a budget that is spent is a ticket, too (`alerting.budget`)")

    def _often(self) -> Iterator[Reason]:
        """A fault with pauses is one page at one side, and several at the other."""
        was, now = map(len, self._spans(PAGE))
        if was and now and was != now:
            words = "a page of slogen ends in a pause that two looks at the base window see"
            if now < was:
                words = "a page of slogen holds on in pauses that are too short to be sure"
            yield Reason("pauses", f"{words}; the old one ends with its short window")

    def _own(self, alert: str) -> list[str]:
        """The severities of an alert of slogen that fired."""
        name = self.slo.alerting.name(alert)
        return [firing.severity for firing in self.found.new.firings if firing.alert == name]

    def _began(self) -> Iterator[Reason]:
        """The first page, or ticket, came at another time."""
        for severity in (PAGE, TICKET):
            was, now = self._spans(severity)
            apart = now[0][0] - was[0][0] if was and now else 0
            if abs(apart) < _SAME:
                continue
            later, waits = (
                ("new", self._new_wait(severity)) if apart > 0 else ("old", self._old_wait(severity))
            )
            held = f"it waits for {format_duration(waits)} (`for`)" if waits else "it looks at other windows"
            length = format_duration(abs(apart) // MINUTE * MINUTE)
            yield Reason("begins", f"the {later} {severity} comes {length} later: {held}")

    def _old_wait(self, severity: str) -> int:
        """How long the first alert of the old rules waits that fired."""
        first = next(f for f in self.found.old.firings if f.severity == severity)
        waits = (r.rule.wait for r in self.old.alerts if r.name == first.alert and isinstance(r.rule, Alert))
        return max(waits, default=0)

    def _new_wait(self, severity: str) -> int:
        first = next(f for f in self.found.new.firings if f.severity == severity)
        return first.start - first.pending

    def _ended(self) -> Iterator[Reason]:
        """The last page, or ticket, ended at another time; not of gone data, which ends as it is back."""
        for severity in (PAGE, TICKET):
            was, now = (spans[-1][1] if spans else None for spans in self._spans(severity))
            if was is None or now is None or abs(was - now) < _SAME or self._own(ABSENT_ALERT):
                continue
            length = format_duration(abs(was - now) // MINUTE * MINUTE)
            if now < was:
                words = (
                    "it ends when two looks at the base window are clean, the old one with its short window"
                )
            else:
                words = "it holds on until it is sure, so that a fault that comes and goes is told once"
            side = "sooner" if now < was else "later"
            yield Reason("ends", f"the new {severity} ends {length} {side}: {words}")

    def _budget(self) -> Iterator[Reason]:
        """Both show another share of the budget."""
        was, now = self.found.old, self.found.new
        if not self.old.left:
            yield Reason("no-budget", "the old rules record no budget that could be looked at")
        elif was.left is not None and isnan(was.left):
            yield Reason("no-number", _NO_NUMBER)
        elif was.before is None:
            yield Reason("missing", _MISSING)
        elif was.left is None or now.left is None or abs(was.left - now.left) < _SAME_LEFT:
            return
        elif self._is_mean():
            yield Reason("weights", _WEIGHTS)
        else:
            yield Reason("counts", "the two count the events of the window in another way")

    def _is_mean(self) -> bool:
        """Whether a rule of the old budget averages what others recorded."""
        calls = (node.name for rule in self.old.own for node in walk(rule.tree) if isinstance(node, Call))
        return not _MEANS.isdisjoint(calls)
