"""What each panel must show, computed from the events of the history.

One function a panel (by its title) and query: from the SLO's groups to a value, None where nothing may be
shown. Tables of all SLOs have one line an SLO; the worst group counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from .history import BASE, BUCKETS, DAY, FIRING, HOUR, NOW, SMALL, WEEK, Traffic

Groups = Sequence[Traffic]
Value = float | None
STATES = (
    *("healthy", "no traffic", "excluded", "warning", "critical", "burning fast", "ticket", "exhausted"),
    *("no data", "rules gone", "page"),
)


def consumed(groups: Groups) -> Value:
    """Of the worst group."""
    return max((g.consumed for g in groups if g.consumed is not None), default=None)


def state(groups: Groups) -> float:
    """As its number."""
    return float(STATES.index(_state(groups)))


def _state(groups: Groups) -> str:
    if groups and groups[0].rules_until:
        return "rules gone"
    share, found = consumed(groups), alert(groups)
    if found == 3:
        return "page"
    if groups and groups[0].is_excluded:
        return "excluded"
    if not any(g.at(NOW) for g in groups):
        return "no data"
    if share is None:
        return "no traffic"
    if share >= 1:
        return "exhausted"
    if found == 2:
        return "ticket"
    if is_burning(groups):
        return "burning fast"
    return "critical" if share >= 0.8 else "warning" if share >= 0.5 else "healthy"


def left(groups: Groups) -> Value:
    """The share of the budget."""
    share = consumed(groups)
    return None if share is None else 1 - share


def left_seconds(groups: Groups) -> Value:
    """Seconds of total outage; negative when overspent."""
    share = left(groups)
    return None if share is None else share * groups[0].budget * groups[0].period


def left_events(groups: Groups) -> Value:
    """Of the group with the fewest, at the traffic it has, be it younger than the window."""
    found = [
        max(1 - g.consumed, 0) * g.budget * g.over(g.counted)[0] / g.share / g.elapsed
        for g in groups
        if g.consumed is not None
    ]
    return min(found, default=None)


def burn_of(group: Traffic, window: int = BASE) -> Value:
    """How many times the sustainable rate."""
    total, bad = group.over(window)
    return bad / total / group.budget if total and group.at(NOW) else None


def burn_over_hour(groups: Groups) -> Value:
    """Of the group that burns fastest."""
    return max((b for g in groups if (b := burn_of(g, HOUR)) is not None), default=None)


def back_in(groups: Groups) -> float:
    """Seconds until no group's window holds too many bad events any more."""
    found = [0]
    for g in groups:
        total = g.over(g.counted)[0]
        for ahead in range(0, g.period, HOUR):
            _, bad = g.over(g.period - ahead)
            if bad < g.budget * total:
                found.append(ahead)
                break
    return float(max(found))


def forecast(groups: Groups) -> Value:
    """What is left when the period ends, if it goes on as in the last day; only of calendar periods."""
    found = [
        1 - g.consumed - (burn_of(g, DAY) or 0) * (1 - g.elapsed)
        for g in groups
        if g.elapsed < 1 and g.consumed is not None
    ]
    return min(found, default=None)


def burn(groups: Groups) -> Value:
    """Of the group that burns fastest."""
    return max((b for g in groups if (b := burn_of(g)) is not None), default=None)


def gone_in(groups: Groups) -> Value:
    """Seconds until the first group's budget is gone; None where that is beyond the window."""
    found = []
    for g in groups:
        if g.consumed is not None and g.consumed >= 1:
            found.append(0.0)
        elif g.consumed is not None and (rate := burn_of(g, SMALL)):
            found.append((1 - g.consumed) / rate)
    rest = 1 if not groups or groups[0].elapsed == 1 else 1 - groups[0].elapsed
    soon = [windows for windows in found if windows < rest]
    return min(soon) * groups[0].period if soon else None


def sli(groups: Groups, window: int | None = None) -> Value:
    """Share of good events, of the worst group; of the SLO's own window by default."""
    found = []
    for g in groups:
        total, bad = g.over(window or g.counted)
        found += [1 - bad / total] if total else []
    return min(found, default=None)


def lately(groups: Groups) -> Value:
    """Over seven days."""
    return sli(groups, WEEK)


def alert(groups: Groups) -> Value:
    """The most urgent."""
    numbers = {"info": 1, "ticket": 2, "page": 3}
    found = [numbers[more["severity"]] for _, slo, more in FIRING if groups and slo == groups[0].key]
    return max(found, default=None)


def history(groups: Groups) -> float:
    """Days of it."""
    return 4.0 if groups and groups[0].slo == "young" else (groups[0].period / DAY if groups else 30.0)


def is_burning(groups: Groups) -> bool:
    """Whether a group's budget is gone within a tenth of its window, at the rate of the last hour."""
    return any((burn_of(g, HOUR) or 0) * 0.1 > 1 - (g.consumed or 0) > 0 for g in groups)


def burn_hour(groups: Groups) -> Value:
    """Of the last hour, of the group that burns fastest."""
    return max((b for g in groups if (b := burn_of(g, HOUR)) is not None), default=None)


def lasts(groups: Groups) -> Value:
    """Seconds until the budget is gone; below 0 the time of outage by which it is overspent."""
    share = left(groups)
    if share is not None and share <= 0:
        return share * groups[0].budget * groups[0].period
    return gone_in(groups)


def change(groups: Groups) -> Value:
    """How much more is left than a window ago."""
    before = [g.left_before for g in groups if g.left_before is not None]
    now = left(groups)
    return now - min(before) if before and now is not None else None


def groups_out(groups: Groups) -> Value:
    """How many groups are out of budget, of an SLO with groups."""
    if not groups or not groups[0].group:
        return None
    return float(sum((g.consumed or 0) >= 1 for g in groups))


def day_cost(groups: Groups, begin: int) -> Value:
    """The share of the budget that the day from `begin` took, of the worst group."""
    found = [
        g.over(DAY, begin + DAY)[1] / (g.over(g.counted)[0] / g.share / g.elapsed) / g.budget
        for g in groups
        if g.over(g.counted)[0] and g.at(begin + DAY)
    ]
    return max(found, default=None)


def unseen(groups: Groups) -> Value:
    """Seconds without data, where there is none now."""
    return None if not groups or groups[0].until == 0 else float(groups[0].until)


def no_data(groups: Groups) -> Value:
    """1 where there is none now."""
    return None if any(g.at(NOW) for g in groups) else 1.0


def always(groups: Groups) -> float:
    """Each SLO has a line."""
    del groups
    return 1.0


def young(groups: Groups) -> Value:
    """Days of history where they are too few."""
    return 4.0 if groups and groups[0].slo == "young" else None


SLOS = "All SLOs, most urgent first"
TABLES: Mapping[tuple[str, str, str], Callable[[Groups], Value]] = {
    ("fleet", SLOS, "D"): lately,
    ("fleet", SLOS, "E"): sli,
    ("fleet", SLOS, "F"): left,
    ("fleet", SLOS, "G"): burn_hour,
    ("fleet", SLOS, "H"): lasts,
    ("fleet", SLOS, "I"): change,
    ("fleet", SLOS, "J"): groups_out,
    ("fleet", "No data", "A"): no_data,
    ("fleet", "No data", "B"): unseen,
    ("fleet", "Young history", "A"): lambda groups: None if young(groups) is None else 1.0,
    ("fleet", "Young history", "B"): young,
    ("fleet", "No traffic", "A"): lambda groups: 1.0 if state(groups) == STATES.index("no traffic") else None,
    ("service", "All SLOs", "A"): always,
    ("service", "All SLOs", "B"): sli,
    ("service", "All SLOs", "C"): state,
    ("service", "All SLOs", "D"): left,
    ("service", "All SLOs", "E"): alert,
    ("service", "Burn rate over time", "A"): burn,
    ("service", "Budget left", "A"): left,
}


def ratio(group: Traffic, window: int, end: int = NOW) -> Value:
    """The share of bad events in the window."""
    total, bad = group.over(window, end)
    return bad / total if total else None


def quantile(q: float) -> float:
    """Of the observed latency, by interpolation inside a bucket."""
    bounds = [(0.0 if not le else float(le), count) for le, count in (("", 0.0), *BUCKETS[:-1])]
    rank = q * BUCKETS[-1][1]
    for (low, before), (high, count) in pairwise(bounds):
        if count >= rank:
            return low + (high - low) * (rank - before) / (count - before)
    raise AssertionError("the quantile lies in the last bucket")
