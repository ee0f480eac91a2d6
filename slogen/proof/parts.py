"""Sample series of SLOs that are made of others, and the proof that each part counts as it should.

Parts of the same service are driven by their own raw series. The rules of another service aren't loaded
there, so what these would record is injected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from slogen.conventions import bad_series, total_series
from slogen.model.sli import UnsatisfiableError
from slogen.model.slo import Part, Slo
from slogen.model.states import Reading, Samples, States
from slogen.promql.parse import parse_selector
from slogen.promql.selector import Selector
from slogen.promql.solve import selects
from slogen.proof.expected import identity_labels, series_name
from slogen.proof.shared import groups_of
from slogen.proof.written import shares
from slogen.settings import Settings
from slogen.units import MINUTE

Group = dict[str, str]
Grouped = tuple[tuple[Group, Samples | States], ...]
GroupsOf = Callable[[Slo], Grouped]

_RATE = 60  # events a minute of each part
_MOST_GROUPS = 2


def combined(whole: Slo, settings: Settings, groups: GroupsOf) -> Grouped:
    """Groups with states in which all parts are well, or fail so much that everything of the whole fails.

    `groups` gives those of a part. Raises UnsatisfiableError where the parts don't go together.
    """
    parts, counts = whole.parts, shares(whole)
    fails = [_failing(part, share, whole, groups) for part, share in zip(parts, counts, strict=True)]
    reached = [failing * share for failing, share in zip(fails, counts, strict=True)]
    if not (Fraction(1) in reached or sum(reached) == 1):
        raise UnsatisfiableError("of", "no state of its parts is a total outage of the whole")
    found = []
    for group in _groups(whole, groups):
        each = [
            states_of(p, whole, group, settings, groups, share) for p, share in zip(parts, fails, strict=True)
        ]
        _check_apart(parts, each)
        good = {name: reading for states in each for name, reading in states.good.items()}
        bad = {name: reading for states in each for name, reading in states.bad.items()}
        found.append((group, States(good, bad)))
    return tuple(found)


def _failing(part: Part, counts: Fraction, whole: Slo, groups: GroupsOf) -> Fraction:
    """The share of a part's events that fails: all, or as many as make the whole fail."""
    share = min(Fraction(1), 1 / counts)
    if share < 1 and _is_near(part, whole) and isinstance(groups(part.slo)[0][1], States):
        return Fraction(0)  # it fails as a whole or not at all
    return share


def _is_near(part: Part, whole: Slo) -> bool:
    return part.slo.service == whole.service


def _groups(whole: Slo, groups: GroupsOf) -> list[Group]:
    """Groups that all parts of the same service can have."""
    near = [part.slo for part in whole.parts if _is_near(part, whole)]
    if not whole.sli.by or not near:
        return list(groups_of(whole))
    named = [{label: group[label] for label in whole.sli.by} for slo in near for group, _ in groups(slo)]
    distinct = {tuple(group.values()): group for group in named}.values()
    found = [group for group in distinct if all(_samples(slo, group, groups) for slo in near)]
    if not found:
        raise UnsatisfiableError("by", "its parts have no group in common")
    return found[:_MOST_GROUPS]


def _samples(slo: Slo, group: Group, groups: GroupsOf) -> Samples | States | None:
    """The series of a part in a group of the whole; None where it has none."""
    known = groups(slo)
    for found, samples in known:
        if group.items() <= found.items():
            return samples
    if slo.samples is not None or slo.parts:
        return None
    try:
        return slo.sli.samples({**known[0][0], **group})
    except UnsatisfiableError:
        return None


def states_of(
    part: Part, whole: Slo, group: Group, settings: Settings, groups: GroupsOf, share: Fraction = Fraction(1)
) -> States:
    """The series of one part while it is well, and while this share of its events fails."""
    if not _is_near(part, whole):
        return _recorded(part.slo, group, settings, share)
    samples = _samples(part.slo, group, groups)
    if samples is None:
        raise UnsatisfiableError("by", f"`{part.slo.id}` has no such group")
    if isinstance(samples, States):
        return samples if share else States(samples.good, samples.good)
    rates = {n: ((n in samples.good) * _RATE, (n in samples.bad) * _RATE) for n in samples.counters}
    beside = dict.fromkeys(samples.beside, Reading(1))
    return States(
        {name: Reading(None, float(good)) for name, (good, _) in rates.items()} | beside,
        {name: Reading(None, float(good + (bad - good) * share)) for name, (good, bad) in rates.items()}
        | beside,
    )


def _recorded(slo: Slo, group: Group, settings: Settings, share: Fraction) -> States:
    """What another service records: one event a second, and means that take a base window to move."""
    labels = identity_labels(slo, dict.fromkeys(slo.sli.by, "a") | group, settings)
    base = settings.prometheus.base_window
    bad, total = (series_name(series(base), labels) for series in (bad_series, total_series))
    return States(
        {bad: Reading(0, lag=base // MINUTE), total: Reading(1)},
        {bad: Reading(float(share), lag=base // MINUTE), total: Reading(1)},
    )


def _check_apart(parts: Iterable[Part], each: list[States]) -> None:
    """Raise UnsatisfiableError where a part would count what another's series count."""
    for part, states in zip(parts, each, strict=True):
        reads = [parse_selector(text) for text in part.slo.sli.metrics()]
        for other in each:
            for name in other.series:
                same = (states.good.get(name), states.bad.get(name)) == (
                    other.good.get(name),
                    other.bad.get(name),
                )
                if not same and (name in states.series or is_selected(name, reads)):
                    raise UnsatisfiableError("of", "two of its parts count the same series")


def is_selected(name: str, reads: Iterable[Selector]) -> bool:
    """Whether one of the selectors selects a series, given as promtool writes it."""
    found = parse_selector(name)
    return any(selects(selector, found.metric, found.labels) for selector in reads)
