"""Recorded series -> standings. Pure: the answers are all that is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

from slogen.conventions import (
    BUDGET,
    BUDGET_REMAINING,
    CURRENT_BURN,
    EXCLUDED,
    FIRST_SEEN,
    ID,
    IDENTITY,
    INFO,
    LAST_SEEN,
    OBJECTIVE,
    OWNER,
    PERIOD_DAYS,
    PERIOD_ELAPSED,
    PERIOD_ERROR,
    PERIOD_START,
    PERIOD_TOTAL,
    SEVERITY,
    TIER,
    TIERS,
    VALUE,
    WINDOW,
    bad_series,
    ratio_series,
    total_series,
)
from slogen.live.answers import Sample, Series
from slogen.live.status.ask import Seen, tile_of
from slogen.live.status.standing import Alert, Budget, Burn, Standing, State, state_of
from slogen.units import DAY, HOUR, format_duration
from slogen.validate.settings import BASE_WINDOWS

_NAME: Final = "__name__"
# Labels of recorded series that are neither identity nor group.
_OWN: Final = frozenset({_NAME, WINDOW, "slo_tile"})
_DESCRIBED: Final = frozenset({OWNER, "objective", "window", "description", TIERS})
_TOTAL: Final = "slo:sli_total:rate"
_YOUNG: Final = 0.98  # of its window: what is missed at the edge is no age
_MOST: Final = 1e15  # of events, seconds, whatever; NaN is not below it either
_LAST_TIME: Final = 253_402_300_800  # the year 10000
Labels = Mapping[str, str]
Group = tuple[tuple[str, str], ...]


@dataclass
class _Slo:
    """The samples of one SLO at one place, by name and group; those without a group at ()."""

    place: Labels
    info: Labels = field(default_factory=dict)
    values: dict[str, dict[Group, float]] = field(default_factory=lambda: defaultdict(dict))
    alerts: list[Sample] = field(default_factory=list)
    pending: list[Sample] = field(default_factory=list)
    sums: dict[Group, tuple[float, float]] = field(default_factory=dict)

    def whole(self, name: str) -> float | None:
        """A value that all groups share."""
        return self.of(name, ())

    def of(self, name: str, group: Group) -> float | None:
        """A value of a group. What isn't a number that rules could have recorded is none."""
        found = self.values[name].get(group)
        return found if found is not None and abs(found) < _MOST else None

    @property
    def groups(self) -> list[Group]:
        """The groups that anything is known of, in the order of their labels."""
        found = {group for values in self.values.values() for group in values if group}
        return sorted(found) or [()]


def standings(seen: Seen, pages: Collection[str]) -> list[Standing]:
    """How each group of each SLO stands, in the order of their names. `pages` are the values of the severity
    label that wake somebody."""
    found: list[Standing] = []
    base = _base(seen.samples)
    for slo_id, places in sorted(_collected(seen).items()):
        for slo in places:
            found += (_standing(slo_id, slo, group, seen, base, pages) for group in slo.groups)
    return found


def _base(samples: Iterable[Sample]) -> str:
    """The events of the base window, which is the shortest that is recorded: they are gone with the data."""
    names = {sample.labels.get(_NAME) for sample in samples}
    bases = [total_series(window) for window in BASE_WINDOWS]
    return next((name for name in bases if name in names), bases[0])


def _collected(seen: Seen) -> dict[str, list[_Slo]]:
    """All samples, by SLO and place."""
    slos = _places(seen.samples)
    for sample in seen.samples:
        slo = _whose(slos, sample.labels)
        if slo is not None:
            _put(slo, sample)
    for slo, group, bad, total in _sums(seen, slos):
        before = slo.sums.get(group, (0.0, 0.0))
        slo.sums[group] = (before[0] + bad, before[1] + total)
    return slos


def _places(samples: Iterable[Sample]) -> dict[str, list[_Slo]]:
    """The SLOs that there are: the budget's series has the identity and nothing else, so that whatever it has
    more tells copies of an SLO apart."""
    found: dict[str, list[_Slo]] = {}
    for sample in samples:
        if sample.labels.get(_NAME) == BUDGET:
            place = {k: v for k, v in sample.labels.items() if k not in IDENTITY and k != _NAME}
            found.setdefault(sample.labels[ID], []).append(_Slo(place))
    for places in found.values():
        places.sort(key=lambda slo: sorted(slo.place.items()))
    return found


def _whose(slos: Mapping[str, list[_Slo]], labels: Labels) -> _Slo | None:
    places = slos.get(labels.get(ID, ""), [])
    if len(places) == 1:
        return places[0]
    return next((s for s in places if all(labels.get(k) == v for k, v in s.place.items())), None)


def _put(slo: _Slo, sample: Sample) -> None:
    name = sample.labels.get(_NAME, "")
    if name == INFO:
        slo.info = sample.labels
    elif name == "ALERTS":
        if sample.labels.get("alertstate") == "firing":
            slo.alerts.append(sample)
    elif name == "ALERTS_FOR_STATE":
        slo.pending.append(sample)
    else:
        slo.values[name][_group(sample.labels, slo)] = sample.value


def _group(labels: Labels, slo: _Slo) -> Group:
    known = slo.place.keys() | _OWN | set(IDENTITY)
    return tuple(sorted((k, v) for k, v in labels.items() if k not in known))


def _sums(seen: Seen, slos: Mapping[str, list[_Slo]]) -> Iterator[tuple[_Slo, Group, float, float]]:
    """Bad and total events of each series over the window that was asked for."""
    tile = tile_of(seen.over) if seen.over else 0
    for is_bad, series in ((True, seen.bad), (False, seen.total)):
        for each in series:
            slo = _whose(slos, each.labels)
            if slo is not None:
                events = _events(each, tile)
                yield slo, _group(each.labels, slo), *((events, 0.0) if is_bad else (0.0, events))


def _events(series: Series, tile: int) -> float:
    return sum(value for _, value in series.points if isfinite(value)) * tile


def _standing(
    slo_id: str, slo: _Slo, group: Group, seen: Seen, base: str, pages: Collection[str]
) -> Standing:
    objective, share, days = (slo.whole(name) for name in (OBJECTIVE, BUDGET, PERIOD_DAYS))
    objective = objective if objective is not None and 0 <= objective <= 1 else None
    period = days * DAY if days else None
    left, wrong = slo.of(BUDGET_REMAINING, group), slo.of(PERIOD_ERROR, group)
    has_data = slo.of(base, group) is not None
    state = State.NO_DATA
    if has_data:
        state = State.NO_TRAFFIC if left is None else state_of(left)
    budget = None
    if left is not None and share is not None and period is not None and has_data:
        events = _all_events(slo, group, period, seen.at)
        spare = None if events is None else left * share * events
        budget = Budget(left, left * share * period, share * period, spare)
    burn = _burn(slo, group, share) if has_data else Burn()
    bad, total = slo.sums.get(group, (0.0, 0.0))
    described = {k: v for k, v in slo.info.items() if k not in (_DESCRIBED | _OWN | set(IDENTITY))}
    return Standing(
        slo_id,
        slo.place,
        dict(group),
        state,
        slo.info.get(OWNER, ""),
        slo.info.get("description", ""),
        objective,
        slo.info.get("window", ""),
        period,
        1 - wrong if wrong is not None and has_data else None,
        1 - bad / total if total > 0 else None,
        budget,
        burn,
        _exhausted_in(left, burn, period, _left_of_period(slo, period, seen.at)) if budget else None,
        _history(slo, group, period, seen.at),
        slo.whole(EXCLUDED) is not None,
        _moment(slo.of(LAST_SEEN, group)) if not has_data else None,
        slo.of(VALUE, group),
        tuple(_alerts(slo, group, pages)),
        {k: v for k, v in described.items() if k not in slo.place},
        rate=slo.of(base, group),
    )


def _burn(slo: _Slo, group: Group, share: float | None) -> Burn:
    ratios = (_ratio(slo, group, hours * HOUR) for hours in (1, 6))
    over = (ratio / share if ratio is not None and share else None for ratio in ratios)
    return Burn(slo.of(CURRENT_BURN, group), *over)


def _ratio(slo: _Slo, group: Group, window: int) -> float | None:
    """The error ratio over a window. Where no alert reads it, its pair is recorded all the same."""
    if (found := slo.of(ratio_series(window), group)) is not None:
        return found
    bad, total = slo.of(bad_series(window), group), slo.of(total_series(window), group)
    return max(bad, 0.0) / total if bad is not None and total else None


def _history(slo: _Slo, group: Group, period: float | None, at: float) -> float | None:
    """For how long it has been recorded, where that is less than its window. A budget since a date is whole
    from its first day on."""
    first = slo.of(FIRST_SEEN, group)
    if first is None or period is None or slo.whole(PERIOD_START) is not None:
        return None
    known = max(at - first, 0.0)
    return known if known < _YOUNG * period else None


def _all_events(slo: _Slo, group: Group, period: float, at: float) -> float | None:
    """The events that the budget is a share of: those of the window, at the traffic since it was first seen;
    of a budget since a date those until its end, if they go on as they came."""
    first = slo.of(FIRST_SEEN, group)
    if (counted := slo.of(PERIOD_TOTAL, group)) is not None:
        elapsed = slo.whole(PERIOD_ELAPSED)
        return counted / elapsed if elapsed else None
    rate = slo.of(_TOTAL + format_duration(round(period)), group)
    if rate is None:
        return None
    known = min((at - first) / period, 1.0) if first is not None else 1.0
    return rate * period / known if known > 0 else None


def _left_of_period(slo: _Slo, period: float | None, at: float) -> float | None:
    """Seconds until a period of the calendar ends, which brings a new budget."""
    begun = slo.whole(PERIOD_START)
    is_rolling = begun is None or period is None or slo.info.get("window", "")[-1:] in "dwhy"
    return None if is_rolling else max((begun or 0) + (period or 0) - at, 0.0)


def _exhausted_in(left: float | None, burn: Burn, period: float | None, until: float | None) -> float | None:
    if left is None or period is None:
        return None
    if left <= 0:
        return 0.0
    rate = burn.lasting
    if not rate or rate <= 0:
        return None
    lasts = left * period / rate
    return lasts if lasts < (period if until is None else until) else None


def _alerts(slo: _Slo, group: Group, pages: Collection[str]) -> Iterator[Alert]:
    """What fires for this group, the pages first; alerts of the whole SLO are each group's."""
    since = {_alert_key(sample.labels): sample.value for sample in slo.pending}
    found = []
    for sample in slo.alerts:
        labels = sample.labels
        if all(labels.get(name, value) == value for name, value in group):
            severity = labels.get(SEVERITY, "")
            begun = _moment(since.get(_alert_key(labels)))
            name, tier = labels.get("alertname", ""), labels.get(TIER, "")
            found.append(Alert(name, severity, severity in pages, tier, begun))
    yield from sorted(found, key=lambda alert: (not alert.is_page, alert.since or 0, alert.name, alert.tier))


def _moment(value: float | None) -> float | None:
    """A Unix time, if it is one that a calendar has."""
    return value if value is not None and 0 <= value < _LAST_TIME else None


def _alert_key(labels: Labels) -> frozenset[tuple[str, str]]:
    return frozenset((k, v) for k, v in labels.items() if k not in (_NAME, "alertstate"))
