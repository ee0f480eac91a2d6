"""The status of what was asked for: what the server knows, held against what the specs say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from slogen.live.copies import Group
from slogen.live.severities import severities_of
from slogen.live.status.ask import Seen
from slogen.live.status.read import standings
from slogen.live.status.standing import Standing, State, Status, grouped
from slogen.model.slo import Slo
from slogen.project.asked import is_named
from slogen.settings import Settings

_SMALL = 1e-9
_RECENT = 300  # seconds: for so long an instant query sees what was recorded


def status_of(
    seen: Seen,
    slos: Iterable[Slo] = (),
    settings: Settings | None = None,
    *,
    wants: Callable[[str], bool] = lambda _: True,
    names: Iterable[str] = (),
    told: Collection[str] = (),
    places: Iterable[tuple[Slo, Group]] = (),
) -> Status:
    """How those SLOs stand that are wanted (by their slo_id). SLOs of the specs that the server doesn't have
    are among them; the others, too: somebody else's specs may be behind them. What is named by one of the
    `names` and nobody has now is there, if the rules of its service ran in the last days; and so is what
    nobody has now in one of the `places` where it should be. The specs have every SLO of the services that
    are `told`."""
    settings, specs = settings or Settings(), {slo.id: slo for slo in slos}
    found = [
        _described(each, specs.get(each.slo_id), is_told=each.service in told)
        for each in standings(seen, severities_of(specs.values(), settings))
        if wants(each.slo_id)
    ]
    there = {each.slo_id for each in found}
    found += [_missing(slo, seen) for slo_id, slo in specs.items() if slo_id not in there and wants(slo_id)]
    found += _gone(seen, {each.service for each in found}, wants)
    found += _gone_there(seen, [*found], places)
    found += _named(names, seen, {each.slo_id for each in found})
    found.sort(key=lambda each: (each.slo_id, sorted(each.place.items()), sorted(each.group.items())))
    warnings = (*seen.warnings, *_copies(found, settings.apart))
    return Status(
        seen.at,
        seen.server,
        tuple(found),
        seen.engine,
        seen.version,
        seen.over,
        warnings,
        is_partial=bool(seen.warnings),
    )


def _described(standing: Standing, slo: Slo | None, *, is_told: bool) -> Standing:
    """With what the spec says otherwise than the server; where it `is_told`, it should be in the specs."""
    if slo is None:
        left = ("the specs don't have it: its rules are left over, or newer",) if is_told else ()
        return replace(standing, notes=left)
    notes = []
    told, meant = standing.objective, float(slo.objective)
    if told is not None and abs(told - meant) > _SMALL:
        notes.append(f"the spec says {slo.percent}, the rules on the server {told * 100:.9g}%")
    if standing.window and standing.window != slo.period:
        notes.append(f"the spec says {slo.period}, the server {standing.window}")
    return replace(standing, notes=tuple(notes), owner=standing.owner or slo.owner)


def _missing(slo: Slo, seen: Seen) -> Standing:
    """An SLO of the specs of which the server has nothing now."""
    ran = seen.services.get(slo.service)
    is_gone = _has_stopped(ran, seen)
    state = State.RULES_GONE if is_gone else State.NOT_DEPLOYED
    return Standing(
        slo.id,
        state=state,
        owner=slo.owner,
        description=slo.description,
        objective=float(slo.objective),
        window=slo.period,
        period=None if slo.calendar else float(slo.window),
        last_seen=ran if is_gone else None,
    )


def _gone(seen: Seen, known: Iterable[str], wants: Callable[[str], bool]) -> Iterator[Standing]:
    """Services whose rules ran in the last days and don't now, of which no spec says what they had."""
    for service, ran in sorted(seen.services.items()):
        if service not in set(known) and _has_stopped(ran, seen) and wants(f"{service}/*"):
            yield Standing(f"{service}/*", state=State.RULES_GONE, last_seen=ran)


def _gone_there(
    seen: Seen, found: Iterable[Standing], places: Iterable[tuple[Slo, Group]]
) -> Iterator[Standing]:
    """SLOs whose rules ran in a cluster in the last days and don't now, while they do in others."""
    there: dict[str, list[Mapping[str, str]]] = {}
    for each in found:
        if each.place:
            there.setdefault(each.slo_id, []).append(each.place)
    for slo, place in places:
        ran, own = seen.places.get((slo.service, place)), dict(place)
        is_there = any(own.items() <= each.items() for each in there.get(slo.id, ()))
        if slo.id in there and not is_there and _has_stopped(ran, seen):
            yield replace(_missing(slo, seen), place=own, state=State.RULES_GONE, last_seen=ran)


def _named(names: Iterable[str], seen: Seen, known: Iterable[str]) -> Iterator[Standing]:
    """SLOs that somebody names and nobody has now, of services whose rules ran in the last days."""
    for name in names:
        ran = seen.services.get(name.partition("/")[0])
        is_there = any(is_named(slo_id, name) for slo_id in known)
        if _has_stopped(ran, seen) and not is_there:
            yield Standing(name, state=State.RULES_GONE, last_seen=ran)


def _has_stopped(ran: float | None, seen: Seen) -> bool:
    return ran is not None and seen.at - ran > _RECENT


def _copies(found: Iterable[Standing], meant: Iterable[str]) -> Iterator[str]:
    """Labels by which an SLO is there more than once: clusters, but for those that are `meant` to be there,
    or replicas that nobody has made one."""
    places: dict[str, list[Mapping[str, str]]] = {}
    for slo_id, place in grouped(found):
        places.setdefault(slo_id, []).append(dict(place))
    differing = set[str]()
    for each in places.values():
        labels = {name for place in each for name in place}
        differing |= {name for name in labels if len({place.get(name) for place in each}) > 1}
    differing -= {*meant}
    if differing:
        names = ", ".join(f"`{name}`" for name in sorted(differing))
        yield f"SLOs are there more than once and are shown apart: they differ in {names}"


def selected(
    status: Status, *, owner: str | None = None, labels: Mapping[str, str] | None = None, worst: bool = False
) -> Status:
    """Those SLOs and groups that have this owner, and these labels (of their group, place or info); with
    `worst` the worst first."""

    def fits(standing: Standing) -> bool:
        is_gone = standing.state is State.RULES_GONE  # nobody knows whose it was: it may be theirs
        return (owner is None or standing.owner == owner or (is_gone and not standing.owner)) and all(
            standing.label(name) == value for name, value in (labels or {}).items()
        )

    kept = list(filter(fits, status.standings))
    if worst:
        kept.sort(key=lambda each: each.badness, reverse=True)
    return replace(status, standings=tuple(kept))
