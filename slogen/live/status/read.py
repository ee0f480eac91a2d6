"""Recorded series -> standings. Pure: the answers are all that is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final

from slogen.conventions import (
    BUDGET,
    BUDGET_REMAINING,
    CURRENT_BURN,
    EXCLUDED,
    FIRST_SEEN,
    LAST_SEEN,
    OBJECTIVE,
    OWNER,
    PERIOD_DAYS,
    PERIOD_ELAPSED,
    PERIOD_ERROR,
    PERIOD_START,
    PERIOD_TOTAL,
    PROJECT,
    SERVICE,
    SEVERITY,
    TIER,
    VALUE,
    bad_series,
    ratio_series,
    total_series,
)
from slogen.live.answers import Sample
from slogen.live.copies import NAME, Group, Labels, beside_identity
from slogen.live.severities import Severities
from slogen.live.status.ask import Seen, tile_of
from slogen.live.status.collect import Found, collected
from slogen.live.status.standing import Alert, Budget, Burn, Standing, State, state_of
from slogen.model.calendar import MONTH, QUARTER, WEEK, YEAR
from slogen.units import DAY, HOUR, format_duration
from slogen.validate.settings import BASE_WINDOWS

_DESCRIBED: Final = frozenset({OWNER, "objective", "window", "description", PROJECT})
CALENDARS: Final = (WEEK, MONTH, QUARTER, YEAR)
_TOTAL: Final = "slo:sli_total:rate"
_YOUNG: Final = 0.98  # of its window: what is missed at the edge is no age
_LAST_TIME: Final = 253_402_300_800  # the year 10000
_Alerts = Callable[[Group], tuple[Alert, ...]]


def standings(seen: Seen, severities: Severities) -> list[Standing]:
    """How each group of each SLO stands, in the order of their names."""
    found: list[Standing] = []
    bases = _bases(seen.samples)
    for slo_id, places in sorted(collected(seen).items()):
        for slo in places:
            base = bases.get(slo_id.partition("/")[0], total_series(BASE_WINDOWS[0]))
            alerts = _by_group(slo, severities)
            found += (_standing(slo_id, slo, group, seen, base, alerts) for group in slo.groups)
    return found


def _bases(samples: Iterable[Sample]) -> dict[str, str]:
    """The events of the base window of each service. It is the shortest that is recorded, and gone with the
    data."""
    windows = {total_series(window): window for window in reversed(BASE_WINDOWS)}
    found: dict[str, str] = {}
    for sample in samples:
        name, service = sample.labels.get(NAME, ""), sample.labels.get(SERVICE, "")
        if name in windows and windows[name] <= windows.get(found.get(service, ""), windows[name]):
            found[service] = name
    return found


def _over(slo: Found, group: Group, seen: Seen) -> tuple[float | None, float | None]:
    """The share of good events over the window that was asked for, of tiles of which both sides are known;
    and what part of it they are."""
    if not seen.over:
        return None, None
    bad, total = slo.tiles[True, group], slo.tiles[False, group]
    known = bad.keys() & total.keys()
    events, part = sum(total[at] for at in known), len(known) * tile_of(seen.over) / seen.over
    return (1 - sum(bad[at] for at in known) / events if events > 0 else None), part


def _standing(slo_id: str, slo: Found, group: Group, seen: Seen, base: str, alerts: _Alerts) -> Standing:
    objective, share, days = (slo.whole(name) for name in (OBJECTIVE, BUDGET, PERIOD_DAYS))
    objective = objective if objective is not None and 0 <= objective <= 1 else None
    period = days * DAY if days else None
    left, wrong = slo.of(BUDGET_REMAINING, group), slo.of(PERIOD_ERROR, group)
    rate = slo.of(base, group)
    has_data = rate is not None and not (left is None and _has_events(slo, group))
    state = State.NO_DATA
    if has_data:
        state = State.NO_TRAFFIC if left is None else state_of(left)
    budget = None
    if left is not None and share is not None and period is not None and has_data:
        events = _all_events(slo, group, period, seen.at)
        spare = None if events is None else left * share * events
        budget = Budget(left, left * share * period, share * period, spare)
    burn = _burn(slo, group, share) if has_data else Burn()
    over, part = _over(slo, group, seen)
    described = {k: v for k, v in beside_identity(slo.info).items() if k not in _DESCRIBED}
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
        over,
        budget,
        burn,
        _exhausted_in(left, burn, period, _left_of_period(slo, period, seen.at)) if budget else None,
        _history(slo, group, period, seen.at),
        slo.whole(EXCLUDED) is not None,
        _moment(slo.of(LAST_SEEN, group)) if not has_data else None,
        slo.of(VALUE, group),
        alerts(group),
        {k: v for k, v in described.items() if k not in slo.place},
        over_known=part,
        rate=rate,
    )


def _burn(slo: Found, group: Group, share: float | None) -> Burn:
    ratios = (_ratio(slo, group, hours * HOUR) for hours in (1, 6))
    over = (ratio / share if ratio is not None and share else None for ratio in ratios)
    return Burn(slo.of(CURRENT_BURN, group), *over)


def _ratio(slo: Found, group: Group, window: int) -> float | None:
    """The error ratio over a window. Where no alert reads it, its pair is recorded all the same."""
    if (found := slo.of(ratio_series(window), group)) is not None:
        return found
    bad, total = slo.of(bad_series(window), group), slo.of(total_series(window), group)
    return max(bad, 0.0) / total if bad is not None and total else None


def _history(slo: Found, group: Group, period: float | None, at: float) -> float | None:
    """For how long it has been recorded, where that is less than its window. A budget since a date is whole
    from its first day on."""
    first = slo.of(FIRST_SEEN, group)
    if first is None or period is None or slo.whole(PERIOD_START) is not None:
        return None
    known = max(at - first, 0.0)
    return known if known < _YOUNG * period else None


def _all_events(slo: Found, group: Group, period: float, at: float) -> float | None:
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


def _left_of_period(slo: Found, period: float | None, at: float) -> float | None:
    """Seconds until a period of the calendar ends, which brings a new budget."""
    begun = slo.whole(PERIOD_START)
    if begun is None or period is None or slo.info.get("window") not in CALENDARS:
        return None
    return max(begun + period - at, 0.0)


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


def _by_group(slo: Found, severities: Severities) -> _Alerts:
    """What fires for each group, the pages first; alerts without its labels are of every group. Looked up by
    the labels that alerts have, for there may be as many of them as groups."""
    since = {_alert_key(sample.labels): sample.value for sample in slo.pending}
    names = sorted({name for group in slo.groups for name, _ in group})
    found: dict[Group, list[Alert]] = defaultdict(list)
    for sample in slo.alerts:
        labels = sample.labels
        key = tuple((name, labels[name]) for name in names if name in labels)
        severity, begun = labels.get(SEVERITY, ""), _moment(since.get(_alert_key(labels)))
        name, tier = labels.get("alertname", ""), labels.get(TIER, "")
        found[key].append(Alert(name, severity, severities.is_page(severity), tier, begun))
    shapes = {tuple(name for name, _ in key) for key in found}

    def of(group: Group) -> tuple[Alert, ...]:
        keys = (tuple(pair for pair in group if pair[0] in shape) for shape in shapes)
        alerts = [alert for key in keys for alert in found.get(key, ())]
        return tuple(sorted(alerts, key=lambda a: (not a.is_page, a.since or 0, a.name, a.tier)))

    return of


def _has_events(slo: Found, group: Group) -> bool:
    """Whether any window of it holds events: then there is a budget, and somebody hasn't recorded it."""
    return any((slo.of(name, group) or 0) > 0 for name in slo.values if name.startswith(_TOTAL))


def _moment(value: float | None) -> float | None:
    """A Unix time, if it is one that a calendar has."""
    return value if value is not None and 0 <= value < _LAST_TIME else None


def _alert_key(labels: Labels) -> frozenset[tuple[str, str]]:
    return frozenset((k, v) for k, v in labels.items() if k not in (NAME, "alertstate"))
