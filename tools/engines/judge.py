"""What a person expects of an engine that plays the course: nothing false while traffic swings, a page soon,
an end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.engines.live import EVERY, Course, Look
from tools.engines.traffic import HEALTHY

SETTLED = 600.0  # seconds until windows are filled well enough to be looked at
CLOSE = 0.05
PAGE_WITHIN = 6 * 60.0  # of an outage of half of all requests, a late engine and its own delay included
PAGE_BEHIND = 120.0 + EVERY  # Prometheus, which is asked a look earlier or later
BUDGET_BEHIND = 600.0 + EVERY
ALMOST = 0.05  # of what the outage cost: how near a budget must be to one that Prometheus had lately
PAGE = "SLOErrorBudgetBurn page availability"


@dataclass(frozen=True)
class Line:
    """An engine's figures: how far its ratios were from the truth at most, by window; seconds from the outage
    to its page, and from the recovery to the end of it; how far its budgets were from all that Prometheus had
    within ten minutes, as a share of what the outage cost; which alerts fired before the outage, and which
    pages after the rules were stopped."""

    engine: str
    looks: int
    unanswered: int
    farthest: dict[str, float]
    paged: float | None
    ended: float | None
    budget_off: float
    false: tuple[str, ...]
    late: tuple[str, ...]

    def wrong(self, prometheus: Line) -> Iterator[str]:
        """What a person would call wrong, in words; also beside Prometheus."""
        for window in ("30m", "1h"):
            far = self.farthest.get(window, 1.0)
            if far > CLOSE:
                yield f"{self.engine}: the ratio of {window} is {far:.1%} from the truth"
        if self.false:
            yield f"{self.engine}: alerts fired while nothing was wrong: {', '.join(self.false)}"
        if self.late:
            yield f"{self.engine}: pages after the rules had been stopped: {', '.join(self.late)}"
        if self.paged is None or self.paged > PAGE_WITHIN:
            yield f"{self.engine}: the page came after {self.paged} s"
        elif prometheus.paged is not None and self.paged > prometheus.paged + PAGE_BEHIND:
            behind = self.paged - prometheus.paged
            yield f"{self.engine}: the page came {behind:.0f} s after that of Prometheus"
        if self.budget_off > ALMOST:
            off = f"{self.budget_off:.0%} of the outage's cost"
            yield f"{self.engine}: a budget is {off} from what Prometheus had within 10 minutes"
        if self.ended is None:
            yield f"{self.engine}: the page did not end"


def lines(looks: Sequence[Look], course: Course) -> list[Line]:
    """A line an engine, in the order in which they were asked first: Prometheus, whose rules are never
    stopped, is the first."""
    by_engine: dict[str, list[Look]] = {}
    for seen in looks:
        by_engine.setdefault(seen.engine, []).append(seen)
    first = next(iter(by_engine.values()), [])
    return [_line(name, own, first, course) for name, own in by_engine.items()]


def _line(name: str, looks: list[Look], prometheus: list[Look], course: Course) -> Line:
    swing = [s for s in looks if SETTLED < s.at < course.swing]
    farthest: dict[str, float] = {}
    for seen in swing:
        for window, found in seen.ratios.items():
            for value in found.values():
                farthest[window] = max(farthest.get(window, 0.0), abs(value / HEALTHY - 1))
    paging = [s.at for s in looks if PAGE in s.alerts and s.at >= course.swing]
    recovered = course.swing + course.outage
    last = max(paging, default=None)
    quiet = [s.at for s in looks if last is not None and s.at > last and not s.error]
    return Line(
        name,
        len(looks),
        sum(bool(s.error) for s in looks),
        farthest,
        paging[0] - course.swing if paging else None,
        quiet[0] - recovered if quiet else None,
        _budget_off(looks, prometheus, course),
        tuple(sorted({alert for s in swing for alert in s.alerts})),
        tuple(sorted({a for s in looks if s.at > course.stop for a in s.alerts if " page " in a})),
    )


def _budget_off(looks: list[Look], prometheus: list[Look], course: Course) -> float:
    """The farthest that a budget was from all values that Prometheus had within `BUDGET_BEHIND` seconds while
    the rules ran, as a share of what the outage cost the budget that it hit most."""
    known: dict[str, list[tuple[float, float]]] = {}
    for seen in prometheus:
        for slo, left in seen.left.items():
            known.setdefault(slo, []).append((seen.at, left))
    lost = [max(left for _, left in each) - min(left for _, left in each) for each in known.values()]
    worst = 0.0
    for seen in looks:
        for slo, left in seen.left.items() if BUDGET_BEHIND < seen.at < course.stop else ():
            lately = [was for at, was in known.get(slo, ()) if -EVERY <= seen.at - at <= BUDGET_BEHIND]
            if lately:
                worst = max(worst, min(lately) - left, left - max(lately))
    return worst / max(lost, default=1.0) if worst else 0.0


def table(found: Sequence[Line]) -> str:
    """The figures as a table of Markdown."""
    rows = [
        "| engine | 5m | 30m | 1h | page after | end after | budget | false alerts |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for line in found:
        far = " | ".join(f"{line.farthest.get(window, float('nan')):.1%}" for window in ("5m", "30m", "1h"))
        paged, ended = (f"{each:.0f} s" if each is not None else "never" for each in (line.paged, line.ended))
        false = len(line.false) + len(line.late)
        rows.append(f"| {line.engine} | {far} | {paged} | {ended} | {line.budget_off:.1%} | {false} |")
    return "\n".join(rows)
