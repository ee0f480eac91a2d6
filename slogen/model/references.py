"""SLOs that are made of other SLOs: their references, once every file is read, become the SLOs themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from slogen.conventions import slo_id
from slogen.diagnostics import Problem, did_you_mean
from slogen.model.identity import declared, kept_as
from slogen.model.origin import Origin
from slogen.model.sli import Reference
from slogen.model.slo import Service, Slo, is_compound

MOST_NESTED = 5  # composites in one another


def link(services: Iterable[Service]) -> tuple[list[Service], list[Problem]]:
    """The services with resolved references. SLOs whose parts can't be found are left out, with problems."""
    services = list(services)
    linker = _Linker(
        {slo.id: slo for service in services for slo in service.slos},
        dict(reversed(list(declared(services)))),
    )
    linked = []
    for service in services:
        slos = (linker.linked(slo) for slo in service.slos)
        linked.append(replace(service, slos=tuple(slo for slo in slos if slo is not None)))
    return linked, linker.problems


@dataclass
class _Linker:
    built: Mapping[str, Slo]
    declared: Mapping[str, Origin]
    problems: list[Problem] = field(default_factory=list)
    done: dict[str, Slo | None] = field(default_factory=dict)

    @cached_property
    def depths(self) -> dict[str, int]:
        """How many composites each SLO has in one another, itself included. Those that are in a circle, or
        made of one that is, have no depth and are not there."""
        users: dict[str, list[str]] = {}
        for name in self.built:
            for part in self._parts(name):
                users.setdefault(part, []).append(name)
        waiting = {name: len(self._parts(name)) for name in self.built}
        found = dict.fromkeys((n for n in {*self.built, *users} if not waiting.get(n)), 0)
        todo = list(found)
        while todo:
            part = todo.pop()
            for name in users.get(part, ()):
                waiting[name] -= 1
                if not waiting[name]:
                    found[name] = 1 + max(found[other] for other in self._parts(name))
                    todo.append(name)
        return found

    def linked(self, slo: Slo) -> Slo | None:
        """The SLO with its parts; None, and problems, where that can't be."""
        if not slo.references:
            return slo
        if slo.id not in self.done:
            refused = self._is_circular(slo) or self._is_too_deep(slo)
            self.done[slo.id] = None if refused else self._resolved(slo)
        return self.done[slo.id]

    def _is_circular(self, slo: Slo) -> bool:
        """Whether the SLO is a part of itself, at any depth, or made of one that is; told at a reference."""
        if slo.id in self.depths:
            return False
        for reference in slo.references:
            if way := self._way(reference.slo_id, slo.id):
                message = f"`{slo.id}` would be made of itself: {' -> '.join([slo.id, *way])}"
                hint = f"drop `{reference.slo_id}` here, or what leads back to `{slo.id}`"
                self.problems.append(reference.origin.problem("composite-cycle", message, hint))
                return True
        self._refuse_part(next(r for r in slo.references if r.slo_id not in self.depths))
        return True

    def _is_too_deep(self, slo: Slo) -> bool:
        """Whether parts of parts go further than anybody can follow."""
        if self.depths[slo.id] <= MOST_NESTED:
            return False
        deepest = max(slo.references, key=lambda reference: self.depths[reference.slo_id])
        message = f"`{slo.id}` is made of composites in composites, {self.depths[slo.id]} deep"
        hint = f"{MOST_NESTED} is the deepest: name the parts themselves"
        self.problems.append(deepest.origin.problem("composite-depth", message, hint))
        return True

    def _parts(self, name: str) -> list[str]:
        found = self.built[name].references if name in self.built else ()
        return [reference.slo_id for reference in found]

    def _way(self, start: str, end: str) -> list[str]:
        """The SLOs on the way from one to another, both included; none where it doesn't lead there."""
        came_from: dict[str, str] = {start: ""}
        todo = [start]
        while todo:
            here = todo.pop()
            if here == end:
                way = [here]
                while came_from[way[0]]:
                    way.insert(0, came_from[way[0]])
                return way
            for part in self._parts(here):
                if part not in came_from:
                    came_from[part] = here
                    todo.append(part)
        return []

    def _resolved(self, slo: Slo) -> Slo | None:
        assert is_compound(slo.sli)
        found = [self._part(slo, reference) for reference in slo.references]
        slos = [part for part in found if part is not None]
        if len(slos) < len(found):
            return None
        sli, problems = slo.sli.resolved(slo, slos)
        self.problems += problems
        return replace(slo, sli=sli) if sli is not None else None

    def _part(self, slo: Slo, reference: Reference) -> Slo | None:
        here, name = reference.origin, reference.slo_id
        if name not in self.declared:
            near = did_you_mean(name, self.declared)
            if slo_id(slo.service, name) in self.declared:
                near = f"did you mean `{slo_id(slo.service, name)}`?"
            hint = (
                kept_as(name, self.built.values())
                or near
                or "write `<service>/<name>` of an SLO below specs/"
            )
            self.problems.append(here.problem("unknown-slo", f"there is no SLO `{name}`", hint))
            return None
        found = self.linked(self.built[name]) if name in self.built else None
        if found is None:
            self._refuse_part(reference)
        elif (found.window, found.calendar) != (slo.window, slo.calendar):
            theirs, ours = _window(found), _window(slo)
            message = f"`{name}` has the window {theirs}, `{slo.id}` has {ours}"
            hint = f"write `window: {theirs}` here, or give the part the window {ours}"
            self.problems.append(here.problem("composite-window", message, hint))
            return None
        return found

    def _refuse_part(self, reference: Reference) -> None:
        there = self.declared[reference.slo_id].span()
        message = f"`{reference.slo_id}` has problems of its own, so nothing can be made of it"
        hint = f"see {there.path}:{there.line}"
        self.problems.append(reference.origin.problem("composite-part", message, hint))


def _window(slo: Slo) -> str:
    """The window as a spec writes it."""
    if slo.calendar is None:
        return slo.period
    clock = slo.calendar.clock
    said = f"zone: {clock}" if slo.calendar.zone else f'utc_offset: "{clock.removeprefix("UTC")}"'
    return f"{{calendar: {slo.calendar.period}, {said}}}"
