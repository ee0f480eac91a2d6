"""How sure a proof from raw data can be of the minute in which a ratio crosses a threshold.

A story's outage is exact to the event, what is recorded of it is not: the first base window is only partly
filled, a look at a gauge sees the last sample from before, and Prometheus 2 and 3 differ about samples on
the edge of a window. Where a window's ratio climbs slowly, a minute more or less of traffic moves the page by
several evaluations. A proof that names the very evaluation calls a right rule wrong. So every story asks
here: it expects silence while no version can be above, the alert once each must be, and nothing in between.
"""

from __future__ import annotations

from dataclasses import dataclass

from slogen.model.slo import Slo
from slogen.proof.scraped import minutes_between
from slogen.settings import Settings
from slogen.units import MINUTE

_NOISE = 0.1  # minutes: what lies on a threshold is neither above nor below it
_UNCOUNTED = 0.5  # minutes of traffic that extrapolation adds before the first sample


@dataclass(frozen=True, slots=True)
class Edges:
    """Minutes of traffic by which what windows hold may differ from what a story sent: `late` bad ones are
    not counted yet, or `early` ones are that are still to come, and all together are `more` or `fewer`."""

    late: float
    more: float
    fewer: float
    early: float = 0.0

    @classmethod
    def of(cls, slo: Slo, settings: Settings, step: int) -> Edges:
        """Those of an SLO whose rules are evaluated every `step` minutes."""
        base, look = settings.prometheus.base_window // MINUTE, settings.prometheus.step / MINUTE
        gap = minutes_between(settings)
        early = max(look - 1, 0.0)  # a look stands for all the time until the next, the first bad one too
        if slo.parts:  # a second of a part is there as soon as the part is, for a whole base window
            parts = [cls.of(part.slo, settings, step) for part in slo.parts]
            late, before = max(part.late for part in parts), max(part.early for part in parts)
            return cls(late + look, base, _NOISE, before + early)
        if slo.sli.timed:  # a look sees the sample from before, and one on the edge of two windows is in both
            return cls(gap + look + _NOISE, look + _NOISE, _NOISE, early)
        # exact counts wait for both ends of a base window, so a part of the first is missing in between
        waits = base if slo.sli.exact and step % base else gap - 1
        unknown = max(base, step) if slo.sli.exact else step  # so long the group is younger than its traffic
        return cls(waits + _NOISE, max(gap - _UNCOUNTED, unknown), waits + _NOISE)

    def crossing(self, ratio: float, window: float, healthy: float) -> tuple[float, float]:
        """From and until which minute of a total outage, after so many healthy ones, a window's ratio may
        begin to be above. What is younger than the window is judged against all of it, by the traffic that
        was seen: so what is not counted of the healthy minutes weighs as much of the whole."""
        first = ratio * max(window - self.fewer, 0.0) * max(healthy - self.fewer, 0.0) / max(healthy, 1.0)
        return max(first - self.early, 0.0), ratio * (window + self.more) * (
            1 + self.more / max(healthy, 1.0)
        ) + self.late

    def is_above(self, ratio: float, bad: float, total: float) -> bool:
        """Whether a window with so many bad minutes of so many must be above the ratio."""
        return bad - self.late > ratio * (total + self.more)
