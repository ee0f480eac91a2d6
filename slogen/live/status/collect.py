"""Samples -> what there is of each SLO: its series by name and group, of each of its copies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from slogen.conventions import BUDGET, ID, INFO
from slogen.live.answers import Sample
from slogen.live.copies import NAME, Group, Labels, Points, beside_identity, group_of, is_recorded, whose
from slogen.live.status.ask import Seen


@dataclass
class Found:
    """The samples of one SLO at one place, by name and group; those without a group at ()."""

    place: Labels
    info: Labels = field(default_factory=dict)
    values: dict[str, dict[Group, float]] = field(default_factory=lambda: defaultdict(dict))
    alerts: list[Sample] = field(default_factory=list)
    pending: list[Sample] = field(default_factory=list)
    tiles: dict[tuple[bool, Group], Points] = field(default_factory=lambda: defaultdict(dict))

    def whole(self, name: str) -> float | None:
        """A value that all groups share."""
        return self.of(name, ())

    def of(self, name: str, group: Group) -> float | None:
        """A value of a group. What isn't a number that rules could have recorded is none."""
        found = self.values[name].get(group)
        return found if found is not None and is_recorded(found) else None

    @property
    def groups(self) -> list[Group]:
        """The groups that anything is known of, in the order of their labels."""
        found = {group for values in self.values.values() for group in values if group}
        return sorted(found) or [()]


def collected(seen: Seen) -> dict[str, list[Found]]:
    """All samples, by SLO and place."""
    slos = _places(seen.samples)
    for sample in seen.samples:
        slo = _whose(slos, sample.labels)
        if slo is not None:
            _put(slo, sample)
    for slo, group, is_bad, points in _sums(seen, slos):
        slo.tiles[is_bad, group] |= points
    return slos


def _places(samples: Iterable[Sample]) -> dict[str, list[Found]]:
    """The SLOs that there are: the budget's series has the identity and nothing else, so that whatever it has
    more tells copies of an SLO apart. One without a budget is there, too, if anything else is recorded."""
    found: dict[str, list[Found]] = {}
    for sample in samples:
        if sample.labels.get(NAME) == BUDGET and sample.labels.get(ID):
            found.setdefault(sample.labels[ID], []).append(Found(beside_identity(sample.labels)))
    for sample in samples:
        if slo_id := sample.labels.get(ID):
            found.setdefault(slo_id, [Found({})])
    for places in found.values():
        places.sort(key=lambda slo: sorted(slo.place.items()))
    return found


def _whose(slos: Mapping[str, list[Found]], labels: Labels) -> Found | None:
    return whose(slos.get(labels.get(ID, ""), ()), labels)


def _put(slo: Found, sample: Sample) -> None:
    name = sample.labels.get(NAME, "")
    if name == INFO:
        slo.info = sample.labels
    elif name == "ALERTS":
        if sample.labels.get("alertstate") == "firing":
            slo.alerts.append(sample)
    elif name == "ALERTS_FOR_STATE":
        slo.pending.append(sample)
    else:
        slo.values[name][group_of(sample.labels, slo.place)] = sample.value


def _sums(seen: Seen, slos: Mapping[str, list[Found]]) -> Iterator[tuple[Found, Group, bool, Points]]:
    """Events of each tile of the window that was asked for, by its end; of the bad side, or of all."""
    for is_bad, series in ((True, seen.bad), (False, seen.total)):
        for each in series:
            slo = _whose(slos, each.labels)
            if slo is not None:
                points = {at: value for at, value in each.points if is_recorded(value)}
                yield slo, group_of(each.labels, slo.place), is_bad, points
