"""What a person can expect of a story: an alert fires, stays silent, is over; a value is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .engine import Seen
from .traffic import World


@dataclass(frozen=True)
class Fires:
    """Alerts with these labels fire from between `first` minutes, end by `over`, at most `runs` times."""

    first: tuple[float, float]
    over: float | None = None
    runs: int | None = None
    severity: str = ""
    alert: str = ""
    labels: tuple[tuple[str, str], ...] = ()

    def asks(self) -> list[tuple[str, float]]:
        """Only the alerts."""
        return []

    def wrong(self, seen: Seen) -> str:
        """When it fired instead."""
        wanted = _labels(self.severity, self.alert, self.labels)
        runs = seen.runs(**wanted)
        if not runs:
            return f"{wanted} never fires; wanted from minute {self.first}"
        if not self.first[0] <= runs[0][0] <= self.first[1]:
            return f"{wanted} first fires at {runs[0][0]:g}, wanted {self.first}: {runs}"
        if self.over is not None and runs[-1][1] >= self.over:
            return f"{wanted} still fires at {runs[-1][1]:g}, wanted over by {self.over}: {runs}"
        if self.runs is not None and len(runs) > self.runs:
            return f"{wanted} fires {len(runs)} times, wanted {self.runs}: {runs}"
        return ""


@dataclass(frozen=True)
class Silent:
    """No alert with these labels fires between the minutes `start` and `end`."""

    severity: str = ""
    alert: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    start: float = 0
    end: float = 1e9

    def asks(self) -> list[tuple[str, float]]:
        """Only the alerts."""
        return []

    def wrong(self, seen: Seen) -> str:
        """Which alerts did fire."""
        firing = seen.firing(**_labels(self.severity, self.alert, self.labels))
        inside = {
            name: f"{min(found):g} to {max(found):g} ({len(found)} times)"
            for name, minutes in firing.items()
            if (found := [m for m in minutes if self.start <= m <= self.end])
        }
        return f"wanted silence of {self.severity or self.alert or 'all'}: {inside}" if inside else ""


@dataclass(frozen=True)
class Holds:
    """From `start` to `end` an alert with these labels fires without a break."""

    start: float
    end: float
    severity: str = ""
    alert: str = ""
    labels: tuple[tuple[str, str], ...] = ()

    def asks(self) -> list[tuple[str, float]]:
        """Only the alerts."""
        return []

    def wrong(self, seen: Seen) -> str:
        """The stretches in which it fired."""
        wanted = _labels(self.severity, self.alert, self.labels)
        runs = seen.runs(**wanted)
        held = any(first <= self.start and self.end <= last for first, last in runs)
        return "" if held else f"{wanted} has to fire from {self.start:g} to {self.end:g}: {runs}"


@dataclass(frozen=True)
class Value:
    """The only sample of `expr` at `minute` is within `within` of `want`, a number or made of the truth.

    `want` None: there must be no sample.
    """

    expr: str
    minute: float
    want: float | Callable[[World], float] | None
    within: float = 1e-6

    def asks(self) -> list[tuple[str, float]]:
        """The query at its minute."""
        return [(self.expr, self.minute)]

    def wrong(self, seen: Seen) -> str:
        """What came instead."""
        samples = seen.samples[self.expr, self.minute]
        want = self.want(seen.world) if callable(self.want) else self.want
        if want is None:
            return f"{self.expr} at {self.minute:g}: wanted nothing, got {samples}" if samples else ""
        if len(samples) != 1:
            return f"{self.expr} at {self.minute:g}: wanted {want:g}, got {samples}"
        got = samples[0][1]
        near = abs(got - want) <= self.within
        return (
            "" if near else f"{self.expr} at {self.minute:g}: wanted {want:g} +- {self.within:g}, got {got:g}"
        )


def remaining(
    expr: str,
    minute: float,
    days: float,
    burn: Callable[[World], float],
    within: float,
) -> Value:
    """The budget of a rolling window that is left: a service known since minute 0 burns by the share it ran.

    `burn` is the true error ratio by the budget, `within` how far off the burn of what was seen may be.
    """
    share = min(minute / (days * 1440), 1)
    return Value(expr, minute, lambda world: 1 - burn(world) * share, within * share)


def _labels(severity: str, alert: str, labels: tuple[tuple[str, str], ...]) -> dict[str, str]:
    wanted = dict(labels)
    if severity:
        wanted["severity"] = severity
    if alert:
        wanted["alertname"] = alert
    return wanted


def page(
    first: float, last: float, over: float | None = None, runs: int | None = None, **labels: str
) -> Fires:
    """A page comes between two minutes."""
    return Fires((first, last), over, runs, "page", "", tuple(labels.items()))


NO_PAGE = Silent("page")
NO_TICKET = Silent("ticket")
NO_ABSENCE = Silent(alert="SLODataAbsent")
