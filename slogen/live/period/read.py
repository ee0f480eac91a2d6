"""What the server answered about a period -> a report. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from slogen.conventions import ID, OWNER, SEVERITY, TIER, bad_series, total_series
from slogen.live.answers import Series
from slogen.live.copies import NAME, Group, Labels, Points, beside_identity, group_of, is_recorded, whose
from slogen.live.period.ask import LEAD, Past
from slogen.live.period.dates import Period
from slogen.live.period.kept import Day, Incident, Kept, Report
from slogen.live.severities import Severities
from slogen.model.slo import Slo
from slogen.units import DAY, MINUTE

_PAUSE = 30 * MINUTE  # shorter than that between two pages, it is one incident


@dataclass
class _Slo:
    """What came of one SLO at one place."""

    slo_id: str
    place: Labels
    budgets: tuple[tuple[float, float], ...]
    owner: str = ""
    bad: dict[Group, Points] = field(default_factory=lambda: defaultdict(dict))
    total: dict[Group, Points] = field(default_factory=lambda: defaultdict(dict))
    detail: dict[tuple[str, Group], Points] = field(default_factory=lambda: defaultdict(dict))
    fired: list[Series] = field(default_factory=list)


def report_of(
    past: Past,
    period: Period,
    specs: Iterable[Slo] = (),
    *,
    severities: Severities,
    wants: Callable[[str], bool] = lambda _: True,
) -> Report:
    """How those SLOs were kept that are wanted (by their slo_id); those of the specs are among them, whatever
    was recorded."""
    slos = [slo for slo in _collected(past) if wants(slo.slo_id)]
    kept = [
        _kept(slo, group, past, period, severities) for slo in slos for group in (sorted(slo.total) or [()])
    ]
    there = {each.slo_id for each in kept}
    kept += [_unrecorded(slo) for slo in specs if slo.id not in there]
    kept.sort(key=lambda k: (k.slo_id, sorted(k.place.items()), sorted(k.group.items())))
    lost = [
        f"{slo_id} has events, and no budget was recorded: it is left out"
        for slo_id in _lost(past, slos)
        if wants(slo_id)
    ]
    told = (*past.warnings, *lost)
    return Report(past.at, past.server, period, tuple(kept), told, bool(told))


def _unrecorded(slo: Slo) -> Kept:
    """An SLO of the specs that the server knew nothing of."""
    notes = ("the specs have it, and nothing of it was recorded in this time",)
    return Kept(slo.id, {}, {}, slo.owner, float(slo.objective), 0, notes=notes)


def _lost(past: Past, slos: Iterable[_Slo]) -> list[str]:
    """SLOs of which anything was recorded but what they are held against."""
    there = {series.labels.get(ID, "") for series in (*past.total, *past.fired)}
    return sorted(there - {slo.slo_id for slo in slos} - {""})


def _collected(past: Past) -> list[_Slo]:
    slos: dict[str, list[_Slo]] = defaultdict(list)
    for series in past.budgets:
        shares = tuple((at, share) for at, share in series.points if 0 <= share <= 1)
        if shares and (slo_id := series.labels.get(ID)):
            slos[slo_id].append(_Slo(slo_id, beside_identity(series.labels), shares))

    def owning(series: Series) -> _Slo | None:
        return whose(slos.get(series.labels.get(ID, ""), ()), series.labels)

    for series in sorted(past.infos, key=lambda s: s.points[-1][0] if s.points else 0):
        if slo := owning(series):
            slo.owner = series.labels.get(OWNER, "")
    for side, found in (("bad", past.bad), ("total", past.total)):
        for series in found:
            if slo := owning(series):
                getattr(slo, side)[group_of(series.labels, slo.place)].update(_events(series, DAY))
    for series in past.detail:
        if slo := owning(series):
            slo.detail[series.labels[NAME], group_of(series.labels, slo.place)].update(
                _events(series, past.base)
            )
    for series in past.fired:
        if slo := owning(series):
            slo.fired.append(series)
    return [slo for each in slos.values() for slo in each]


def _events(series: Series, tile: int) -> Points:
    """Events in each tile that ends at a point."""
    return {at: value * tile for at, value in series.points if is_recorded(value)}


def _kept(slo: _Slo, group: Group, past: Past, period: Period, severities: Severities) -> Kept:
    budget = slo.budgets[-1][1]
    ends = [period.start + DAY * (n + 1) for n in range(period.days)]
    before = list(_ends(period.previous_start, period.start))
    bad, total = _pair(slo, group, ends)
    days, events, spoilt = len(total), sum(total.values()), sum(bad.values())
    used = spoilt / events / budget if events > 0 and budget > 0 else None
    earlier_bad, earlier = (sum(side.values()) for side in _pair(slo, group, before))
    incidents = tuple(_incidents(slo, group, past, period, severities, events * budget))
    return Kept(
        slo.slo_id,
        slo.place,
        dict(group),
        slo.owner,
        round(1 - budget, 12),
        days,
        1 - spoilt / events if events > 0 else None,
        used,
        spoilt / events * days * DAY if events > 0 else None,
        _worst(bad, events * budget),
        incidents,
        sum(1 for _ in _spans(_firing(slo, group, severities.tickets.__contains__))),
        1 - earlier_bad / earlier if earlier > 0 else None,
        earlier_bad / earlier / budget if earlier > 0 and budget > 0 else None,
        tuple(_notes(slo)),
    )


def _ends(start: int, end: int) -> Iterator[int]:
    yield from range(start + DAY, end + 1, DAY)


def _pair(slo: _Slo, group: Group, ends: Iterable[float]) -> tuple[Points, Points]:
    """Bad and total events of the days that end so, of which both sides are known."""
    bad, total = slo.bad[group], slo.total[group]
    known = [end for end in ends if end in bad and end in total]
    return {end: bad[end] for end in known}, {end: total[end] for end in known}


def _worst(bad: Points, allowed: float) -> Day | None:
    """The day on which most failed, if any did."""
    if not bad or allowed <= 0:
        return None
    end = max(bad, key=lambda each: (bad[each], -each))
    return Day(end - DAY, bad[end] / allowed) if bad[end] > 0 else None


def _notes(slo: _Slo) -> Iterator[str]:
    shares = [value for _, value in slo.budgets]
    changes = [(a, b) for a, b in pairwise(shares) if abs(a - b) > 1e-12]
    if changes:
        told = f"{(1 - changes[0][0]) * 100:.9g} %"
        yield f"the objective was changed meanwhile, from {told}: the last one is held against all of it"


def _firing(slo: _Slo, group: Group, is_wanted: Callable[[str], bool]) -> list[Series]:
    """What fired for a group with a wanted value of the severity label."""
    return [
        series
        for series in slo.fired
        if is_wanted(series.labels.get(SEVERITY, ""))
        and all(series.labels.get(name, value) == value for name, value in group)
    ]


def _spans(fired: Iterable[Series]) -> Iterator[tuple[float, float, tuple[str, ...]]]:
    """The times in which any of these fired, with the tiers that did."""
    minutes: dict[float, set[str]] = defaultdict(set)
    for series in fired:
        for at, _ in series.points:
            minutes[at].add(series.labels.get(TIER) or series.labels.get("alertname", ""))
    start: float | None = None
    last, tiers = 0.0, set[str]()
    for at in sorted(minutes):
        if start is not None and at - last > _PAUSE:
            yield start, last + MINUTE, tuple(sorted(tiers))
            start, tiers = None, set()
        start = at if start is None else start
        last = at
        tiers |= minutes[at]
    if start is not None:
        yield start, last + MINUTE, tuple(sorted(tiers))


def _incidents(
    slo: _Slo, group: Group, past: Past, period: Period, severities: Severities, allowed: float
) -> Iterator[Incident]:
    bad = slo.detail.get((bad_series(past.base), group))
    share = slo.budgets[-1][1]
    total = slo.detail.get((total_series(past.base), group), {})
    ended = float(period.start - LEAD)
    for start, end, tiers in _spans(_firing(slo, group, severities.is_page)):
        is_over, began_before = end < period.end - MINUTE, start <= period.start
        if bad is None:
            yield Incident(start, end, tiers, is_over, began_before=began_before)
            continue
        begun = _begin(bad, total, share, start, max(ended, start - LEAD), past.base)
        counted = (max(begun, period.start), end + past.base)
        failed = sum(events for at, events in bad.items() if counted[0] < at <= counted[1])
        cost = failed / allowed if allowed > 0 else None
        yield Incident(start, end, tiers, is_over, failed, cost, began_before)
        ended = end + past.base


def _begin(bad: Points, total: Points, share: float, paged: float, earliest: float, base: int) -> float:
    """When it began to burn before it paged: going back, until it burned no faster than sustainable."""
    begun = paged
    for at in sorted((at for at in bad if earliest < at <= paged), reverse=True):
        events = total.get(at, 0.0)
        if events <= 0 or bad[at] / events <= share:
            break
        begun = at - base
    return begun
