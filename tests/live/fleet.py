"""What rules record of SLOs, as series with a constant value: a fleet to ask about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .past import DAY, HOUR, MINUTE, Past, lately


@dataclass(frozen=True)
class Recorded:
    """An SLO as its rules record it: `left` of the budget, error ratios `now` and over 1h and 6h as multiples
    of the budget, `rate` events per second (None: no data), `age` in days, `groups` by label values."""

    slo_id: str
    objective: float = 0.999
    left: float | None = 0.8
    burn: tuple[float, float, float] = (0.2, 0.2, 0.2)
    rate: float | None = 10.0
    days: int = 30
    age: float = 400.0
    owner: str = "team-a"
    groups: tuple[Mapping[str, str], ...] = ({},)
    place: Mapping[str, str] = field(default_factory=dict)
    firing: tuple[Mapping[str, str], ...] = ()
    excluded: bool = False
    last_seen: float | None = None
    more: Mapping[str, str] = field(default_factory=dict)

    def samples(self, now: float) -> Iterator[tuple[Mapping[str, str], float]]:
        """Labels and value of each series at this moment."""
        service, _, name = self.slo_id.partition("/")
        own = {"slo_id": self.slo_id, "slo_service": service, "slo": name, **self.place}
        budget = round(1 - self.objective, 9)
        info = {"owner": self.owner, "window": f"{self.days}d", "objective": "x", "description": "Words."}
        yield {"__name__": "slogen_slo_info", **own, **info, **self.more}, 1.0
        yield {"__name__": "slo:objective:ratio", **own}, self.objective
        yield {"__name__": "slo:error_budget:ratio", **own}, budget
        yield {"__name__": "slo:time_period:days", **own}, float(self.days)
        if self.excluded:
            yield {"__name__": "slogen_excluded", **own}, 1.0
        for alert in self.firing:
            labels = {"alertname": "SLOErrorBudgetBurn", "severity": "page", **own, **alert}
            yield {"__name__": "ALERTS", "alertstate": "firing", **labels}, 1.0
            yield {"__name__": "ALERTS_FOR_STATE", **labels}, now - HOUR
        for group in self.groups:
            yield from self._of_group({**own, **group}, budget, now)

    def _of_group(
        self, own: Mapping[str, str], budget: float, now: float
    ) -> Iterator[tuple[Mapping[str, str], float]]:
        yield {"__name__": "slogen_first_seen_timestamp_seconds", **own}, now - self.age * DAY
        if self.last_seen is not None:
            yield {"__name__": "slogen_last_seen_timestamp_seconds", **own}, now - self.last_seen
        if self.rate is None:
            return
        yield {"__name__": "slo:sli_total:rate5m", **own}, self.rate
        if self.left is None:
            return
        yield {"__name__": "slo:current_burn_rate:ratio", **own}, self.burn[0]
        for window, burn in (("1h", self.burn[1]), ("6h", self.burn[2])):
            yield (
                {"__name__": f"slo:sli_error:ratio_rate{window}", **own, "slo_window": window},
                burn * budget,
            )
        yield {"__name__": "slo:period_error_budget_remaining:ratio", **own}, self.left
        period = {"slo_window": f"{self.days}d"}
        yield {"__name__": "slo:period_error:ratio", **own, **period}, (1 - self.left) * budget
        yield {"__name__": f"slo:sli_total:rate{self.days}d", **own}, self.rate


def recorded(slos: tuple[Recorded, ...], now: float, *, tiles: int = 0) -> Iterator[Past]:
    """All series of these SLOs over the last minutes; with `tiles`, the pair of so many days before, in which
    as large a share was bad as the budget allows."""
    for service in {slo.slo_id.partition("/")[0] for slo in slos}:
        yield lately({"__name__": "slogen_up", "slo_service": service}, 1.0, now)
    for slo in slos:
        for labels, value in slo.samples(now):
            yield lately(labels, value, now)
            if tiles and labels["__name__"] == "slo:sli_total:rate5m":
                yield from _days(slo, labels, now, tiles)


def _days(slo: Recorded, labels: Mapping[str, str], now: float, tiles: int) -> Iterator[Past]:
    for side, share in (("bad", 1 - slo.objective), ("total", 1.0)):
        named = {**labels, "__name__": f"slo:sli_{side}:rate1d"}
        times = sorted(now - day * DAY - minute * MINUTE for day in range(tiles) for minute in range(3))
        yield Past(named, [(at, (slo.rate or 0.0) * share) for at in times])
