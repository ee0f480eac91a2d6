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
BUDGET_BEHIND = 600.0 + EVERY  # the same
PAGE = "SLOErrorBudgetBurn page availability"


@dataclass(frozen=True)
class Line:
    """An engine's figures: how far its ratios were from the truth at most, by window; seconds from the outage
    to its page, and from the recovery to the end of it; from the outage until a budget had lost half of what
    it cost; which alerts fired before the outage, and which pages after the rules were stopped."""

    engine: str
    looks: int
    unanswered: int
    farthest: dict[str, float]
    paged: float | None
    ended: float | None
    told: float | None
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
        if self.told is None:
            yield f"{self.engine}: no budget told of the outage"
        elif prometheus.told is not None and self.told > prometheus.told + BUDGET_BEHIND:
            behind = self.told - prometheus.told
            yield f"{self.engine}: its budget lost half of the outage {behind:.0f} s after that of Prometheus"
        if self.ended is None:
            yield f"{self.engine}: the page did not end"


def lines(looks: Sequence[Look], course: Course) -> list[Line]:
    """A line an engine, in the order in which they were asked first."""
    names = dict.fromkeys(seen.engine for seen in looks)
    return [_line(name, [seen for seen in looks if seen.engine == name], course) for name in names]


def _line(name: str, looks: list[Look], course: Course) -> Line:
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
        _told(looks, course),
        tuple(sorted({alert for s in swing for alert in s.alerts})),
        tuple(sorted({a for s in looks if s.at > course.stop for a in s.alerts if " page " in a})),
    )


def _told(looks: list[Look], course: Course) -> float | None:
    """Seconds from the outage until a budget had lost half of what it loses until the rules are stopped."""
    lefts = [(s.at, min(s.left.values())) for s in looks if s.left and s.at < course.stop]
    before = [left for at, left in lefts if at < course.swing]
    if not before:
        return None
    half = (before[-1] + min(left for _, left in lefts)) / 2
    late = (at - course.swing for at, left in lefts if at >= course.swing and left < half)
    return next(late, None)


def table(found: Sequence[Line]) -> str:
    """The figures as a table of Markdown."""
    rows = [
        "| engine | 5m | 30m | 1h | page after | end after | half its cost after | false alerts |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for line in found:
        far = " | ".join(f"{line.farthest.get(window, float('nan')):.1%}" for window in ("5m", "30m", "1h"))
        times = (line.paged, line.ended, line.told)
        paged, ended, told = (f"{each:.0f} s" if each is not None else "never" for each in times)
        false = len(line.false) + len(line.late)
        rows.append(f"| {line.engine} | {far} | {paged} | {ended} | {told} | {false} |")
    return "\n".join(rows)
