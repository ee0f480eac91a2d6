"""An invented month of a service, played: four incidents, a leak, an hour without data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from itertools import accumulate
from math import pi, sin

from slogen.conventions import BURN_ALERT, CONSUMED_ALERT, EXHAUSTED_ALERT
from slogen.history.played import Firing, History, Incident, Played

MINUTE, HOUR, DAY = 60, 3600, 86400
START = int(datetime(2026, 10, 19, 14, tzinfo=UTC).timestamp())
END = START + 30 * DAY
TIERS = ("page_fast", "page_slow", "ticket_fast", "ticket_slow")
_TIERS = {  # factor, long and short window in minutes
    "page_fast": (14.4, 60, 5),
    "page_slow": (6.0, 360, 30),
    "ticket_fast": (3.0, 1440, 120),
    "ticket_slow": (1.0, 4320, 360),
}
_TROUBLE = (  # minutes since the start, for how many, share of errors
    (3 * 1440 + 190, 6, 0.9),
    (9 * 1440 + 400, 41, 0.08),
    (10 * 1440 + 0, 8 * 1440, 0.0009),  # the leak
    (16 * 1440 + 700, 95, 0.021),
    (24 * 1440 + 1100, 12, 0.6),
)
GAP = (START + 20 * DAY, START + 20 * DAY + 14 * HOUR)


@dataclass(frozen=True)
class _Sums:
    """Sums of events by minute, from thirty quiet days before the start."""

    total: list[float]
    bad: list[float]

    def ratio(self, minute: int, window: int) -> float:
        last, first = minute + 30 * 1440, max(minute + 30 * 1440 - window, 0)
        events = self.total[last] - self.total[first]
        return (self.bad[last] - self.bad[first]) / events


def _sums() -> _Sums:
    rates = [60 * (120 + 90 * sin(2 * pi * m / 1440)) for m in range(60 * 1440)]
    bad = [rate * 0.00012 * (1 + 0.8 * sin(m / 37)) for m, rate in enumerate(rates)]
    for start, minutes, share in _TROUBLE:
        for m in range(start + 30 * 1440, start + minutes + 30 * 1440):
            bad[m] += rates[m] * share
    return _Sums([0, *accumulate(rates)], [0, *accumulate(bad)])


def _firings(sums: _Sums, objective: Fraction) -> list[Firing]:
    budget, found = float(1 - objective), []
    for tier, (factor, long, short) in _TIERS.items():
        severity, since = tier.partition("_")[0], None
        for m in range(30 * 1440 + 1):
            burns = m < 30 * 1440 and all(sums.ratio(m, w) > factor * budget for w in (long, short))
            if burns and since is None:
                since = m
            elif not burns and since is not None:
                wait = 0.5 if severity == "page" else 5
                if m - since > wait:
                    begin, fires, end = (int(START + each * MINUTE) for each in (since, since + wait, m))
                    found.append(Firing(BURN_ALERT, tier, severity, begin, fires, end, peak=factor * 1.5))
                since = None
    return found


def _spent(left: tuple[tuple[int, float], ...]) -> list[Firing]:
    found = []
    for name, share, tier in ((CONSUMED_ALERT, 0.5, "50%"), (EXHAUSTED_ALERT, 0.0, "100%")):
        at = next((t for t, value in left if value <= share), None)
        if at is not None:
            found.append(Firing(name, tier, "ticket", at, at + 600, None))
    return found


def _incidents(pages: list[Firing], sums: _Sums, budget: float) -> tuple[Incident, ...]:
    groups: list[list[Firing]] = []
    for page in sorted(pages, key=lambda page: page.start):
        if groups and page.start <= max(each.end or END for each in groups[-1]):
            groups[-1].append(page)
        else:
            groups.append([page])
    return tuple(_incident(each, sums, budget) for each in groups)


def _incident(pages: list[Firing], sums: _Sums, budget: float) -> Incident:
    end = max(page.end or END for page in pages)
    first = max(t for t, _, _ in _TROUBLE if START + t * MINUTE <= pages[0].start)
    last = (end - START) // MINUTE + 30 * 1440
    bad = sums.bad[last] - sums.bad[first + 30 * 1440]
    all_allowed = budget * (sums.total[60 * 1440] - sums.total[30 * 1440])
    return Incident(START + first * MINUTE, end, tuple(pages), bad, bad / all_allowed)


def played(objective: str, slo_id: str = "embeddings/availability") -> Played:
    """The month by one objective, "0.9995" say."""
    sums, share = _sums(), Fraction(objective)
    budget = float(1 - share)
    known = [m for m in range(0, 30 * 1440 + 1, 30) if not GAP[0] < START + m * MINUTE < GAP[1]]
    left = tuple((START + m * MINUTE, 1 - sums.ratio(m, 30 * 1440) / budget) for m in known)
    fine = [m for m in range(0, 30 * 1440 + 1, 5) if not GAP[0] < START + m * MINUTE < GAP[1]]
    ratio = tuple((START + m * MINUTE, sums.ratio(m, 5)) for m in fine)
    firings = _firings(sums, share)
    pages = [each for each in firings if each.severity == "page"]
    total, bad = (each[60 * 1440] - each[30 * 1440] for each in (sums.total, sums.bad))
    every = tuple(sorted([*firings, *_spent(left)], key=lambda firing: firing.start))
    incidents = _incidents(pages, sums, budget)
    return Played(slo_id, {}, share, "30d", "events", total, bad, every, incidents, left, ratio, TIERS)


def month(*objectives: str) -> list[tuple[str, History]]:
    """Versions of one SLO over the month, which differ in their objective."""
    return [
        (
            f"{float(objective) * 100:g} %",
            History(
                START,
                END,
                30,
                "Prometheus 3.5.0",
                (played(objective),),
                ("no data for 14h from 8 Nov 14:00",),
            ),
        )
        for objective in objectives
    ]
