"""Two months of days, chosen by a test: SLOs that were kept, missed, in part unknown, moved, never seen, of
groups, of two clusters and of two projects; and pages near each other, or at the edges of a month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.live.past import DAY, HOUR, MINUTE, Past

OCTOBER, NOVEMBER, DECEMBER, END = (
    int(datetime(year, month, 1, tzinfo=UTC).timestamp())
    for year, month in ((2025, 10), (2025, 11), (2025, 12), (2026, 1))
)
BUDGET = 0.01  # of all SLOs; of one it is doubled meanwhile
Day = Callable[[int], "tuple[float, float] | None"]


def _day(month: int, number: int) -> int:
    """The beginning of a day of a month."""
    return month + (number - 1) * DAY


@dataclass(frozen=True)
class Life:
    """One SLO, or one group of it: all and bad events per second of each day; None without data."""

    slo: str
    day: Day
    group: Mapping[str, str] = field(default_factory=dict)
    cluster: str = "eu"
    service: str = "shop"
    owners: Mapping[int, str] = field(default_factory=lambda: {OCTOBER: "till"})  # since when
    project: str = "store"

    @property
    def own(self) -> dict[str, str]:
        """The labels of its constants."""
        own = {"slo_id": f"{self.service}/{self.slo}", "slo_service": self.service, "slo": self.slo}
        return {**own, "cluster": self.cluster}

    def of(self, days: Iterable[int]) -> list[tuple[int, float, float]]:
        """(beginning, all, bad events) of the days that are known."""
        known = [(day, self.day(day)) for day in days]
        return [(day, pair[0] * DAY, pair[1] * DAY) for day, pair in known if pair]


def _bad(usual: float, total: float = 10, **days: float) -> Day:
    """So many bad events per second, of `total`; others on days ("d12") of December."""
    named = {_day(DECEMBER, int(name[1:])): bad for name, bad in days.items()}
    return lambda day: (total, named.get(day, usual))


def _gone(day: int) -> tuple[float, float] | None:
    missing = (_day(DECEMBER, 3), _day(DECEMBER, 4), _day(NOVEMBER, 30))
    return None if day in missing else (10, 0.03)


SLASH, QUOTES = {"model": "meta-llama/Llama-3"}, {"model": 'a "b" & c'}
LIVES = (
    Life("kept", _bad(0.02, d12=0.7)),
    Life("kept", _bad(0.15), cluster="us"),
    Life("missed", _bad(0.11, d30=0.5)),
    Life("gaps", _gone),
    Life("clean", _bad(0.0)),
    Life("idle", lambda _: (0.0, 0.0)),
    Life("never", lambda _: None, owners={OCTOBER: "فريق البحث"}),
    Life("moved", _bad(0.04), owners={OCTOBER: "till", _day(DECEMBER, 10): "فريق البحث"}),
    Life("changed", _bad(0.15)),
    Life("young", lambda day: (10, 0.01) if day >= _day(DECEMBER, 20) else None),
    Life("old-group", lambda day: (10, 0.01) if day < DECEMBER else None, SLASH),
    Life("groups", _bad(0.02), SLASH),
    Life("groups", _bad(0.2, d2=0.9), QUOTES),
    Life("theirs", _bad(0.5), service="others", project="others"),
    Life("kept", _bad(0.5), cluster="asia", project="others"),  # the same name elsewhere
)
# Pages by SLO, with the labels beside its own, and the moments from which to which they fired.
_D = {number: _day(DECEMBER, number) for number in (12, 15, 20, 31)}
FIRED: tuple[tuple[str, Mapping[str, str], tuple[tuple[int, int], ...]], ...] = (
    ("kept", {"slo_tier": "page_fast"}, ((_D[12] + HOUR, _D[12] + 2 * HOUR),)),
    # 29 minutes apart it is one; with the minutes of a lookback of five, 36 is the first that is two
    (
        "missed",
        {"slo_tier": "page_fast"},
        tuple((_D[15] + m * MINUTE, _D[15] + (m + 10) * MINUTE) for m in (0, 40)),
    ),
    ("missed", {"slo_tier": "page_slow"}, ((_D[20], _D[20] + HOUR), (_D[20] + 2 * HOUR, _D[20] + 3 * HOUR))),
    ("clean", {"slo_tier": "page_fast"}, ((DECEMBER - HOUR, DECEMBER + HOUR), (END - HOUR, END + HOUR))),
    ("idle", {"slo_tier": "page_fast"}, ((END, END + HOUR),)),  # after the period
    ("groups", {"slo_tier": "page_fast", **QUOTES}, ((_D[31], _D[31] + 20 * MINUTE),)),
    ("groups", {"alertname": "SLODataAbsent"}, ((_D[31] + HOUR, _D[31] + 2 * HOUR), (_D[12], _D[12] + HOUR))),
    ("moved", {"slo_tier": "ticket_slow", "severity": "ticket"}, ((_D[12], _D[15]),)),
)
_FROM = _day(OCTOBER, 25)


def past() -> Iterator[Past]:
    """Everything as recorded: each day's pair at its end, constants at midnight, alerts by the minute."""
    days = range(_FROM, END + DAY, DAY)
    for life in LIVES:
        for side, number in (("total", 1), ("bad", 2)):
            points = [(one[0] + DAY, one[number] / DAY) for one in life.of(days)]
            yield Past({"__name__": f"slo:sli_{side}:rate1d", **life.own, **life.group}, points)
    for life in {(life.slo, life.cluster): life for life in LIVES}.values():
        yield from _constants(life)
    for slo, more, spans in FIRED:
        labels = {"alertname": "SLOErrorBudgetBurn", "severity": "page", **more, "alertstate": "firing"}
        own = next(life.own for life in LIVES if life.slo == slo)
        moments = [float(at) for begin, end in spans for at in range(begin, end, MINUTE)]
        yield Past({"__name__": "ALERTS", **own, **labels}, [(at, 1.0) for at in moments])


def _constants(life: Life) -> Iterator[Past]:
    midnights, said = range(_FROM, END + 2 * DAY, DAY), dict[tuple[str, str], list[int]]()
    budgets = [
        (at, 0.02 if life.slo == "changed" and at >= _day(DECEMBER, 15) else BUDGET) for at in midnights
    ]
    for at, budget in budgets:
        owner = life.owners[max(since for since in life.owners if since <= at)]
        said.setdefault((owner, f"{100 - budget * 100:g}%"), []).append(at)
    yield Past({"__name__": "slo:error_budget:ratio", **life.own}, budgets)
    for (owner, objective), moments in said.items():
        more = {"owner": owner, "objective": objective, "slo_project": life.project}
        yield Past({"__name__": "slogen_slo_info", **life.own, **more}, [(at, 1.0) for at in moments])
