"""What a person expects of an engine that plays the course: nothing false while traffic swings, a page soon,
an end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.engines.live import Course, Look
from tools.engines.traffic import HEALTHY

SETTLED = 600.0  # seconds until windows are filled well enough to be looked at
CLOSE = 0.05
PAGE_WITHIN = 6 * 60.0  # of an outage of half of all requests, a late engine and its own delay included
PAGE = "SLOErrorBudgetBurn page availability"


@dataclass(frozen=True)
class Line:
    """An engine's figures: how far its ratios were from the truth at most, by window; seconds from the outage
    to its page, and from the recovery to the end of it; which alerts fired before the outage, and which pages
    after the rules were stopped."""

    engine: str
    looks: int
    unanswered: int
    farthest: dict[str, float]
    paged: float | None
    ended: float | None
    false: tuple[str, ...]
    late: tuple[str, ...]

    def wrong(self) -> Iterator[str]:
        """What a person would call wrong, in words."""
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
        tuple(sorted({alert for s in swing for alert in s.alerts})),
        tuple(sorted({a for s in looks if s.at > course.stop for a in s.alerts if " page " in a})),
    )


def table(found: Sequence[Line]) -> str:
    """The figures as a table of Markdown."""
    rows = [
        "| engine | 5m | 30m | 1h | page after | end after | false alerts |",
        "|---|---|---|---|---|---|---|",
    ]
    for line in found:
        far = " | ".join(f"{line.farthest.get(window, float('nan')):.1%}" for window in ("5m", "30m", "1h"))
        paged, ended = (f"{each:.0f} s" if each is not None else "never" for each in (line.paged, line.ended))
        rows.append(f"| {line.engine} | {far} | {paged} | {ended} | {len(line.false) + len(line.late)} |")
    return "\n".join(rows)
