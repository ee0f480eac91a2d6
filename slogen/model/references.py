"""SLOs that are made of other SLOs: their references, once every file is read, become the SLOs themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from slogen.conventions import slo_id
from slogen.diagnostics import Problem, did_you_mean
from slogen.model.origin import Origin
from slogen.model.sli import Reference
from slogen.model.slo import Service, Slo


def link(services: Iterable[Service]) -> tuple[list[Service], list[Problem]]:
    """The services with resolved references. SLOs whose parts can't be found are left out, with problems."""
    services = list(services)
    linker = _Linker({slo.id: slo for service in services for slo in service.slos}, _declared(services))
    linked = []
    for service in services:
        slos = (linker.linked(slo) for slo in service.slos)
        linked.append(replace(service, slos=tuple(slo for slo in slos if slo is not None)))
    return linked, linker.problems


def _declared(services: Iterable[Service]) -> dict[str, Origin]:
    """Where each SLO is declared, those with problems of their own included."""
    found: dict[str, Origin] = {}
    for service in services:
        for index, item in enumerate(service.origin.document.data["slos"]):
            if isinstance(item.get("name"), str):
                found.setdefault(slo_id(service.name, item["name"]), service.origin.at("slos", index, "name"))
    return found


@dataclass(slots=True)
class _Linker:
    built: Mapping[str, Slo]
    declared: Mapping[str, Origin]
    problems: list[Problem] = field(default_factory=list)
    done: dict[str, Slo | None] = field(default_factory=dict)

    def linked(self, slo: Slo) -> Slo | None:
        """The SLO with its parts; None, and problems, where that can't be."""
        if not slo.sli.references:
            return slo
        if slo.id not in self.done:
            self.done[slo.id] = None if self._is_circular(slo) else self._resolved(slo)
        return self.done[slo.id]

    def _is_circular(self, slo: Slo) -> bool:
        """Whether the SLO is a part of itself, at any depth; told at the reference that leads back."""
        for reference in slo.sli.references:
            way = self._way(reference.slo_id, slo.id)
            if way:
                message = f"`{slo.id}` would be made of itself: {' -> '.join([slo.id, *way])}"
                hint = f"drop `{reference.slo_id}` here, or what leads back to `{slo.id}`"
                self.problems.append(reference.origin.problem("composite-cycle", message, hint))
                return True
        return False

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
            for reference in self.built[here].sli.references if here in self.built else ():
                if reference.slo_id not in came_from:
                    came_from[reference.slo_id] = here
                    todo.append(reference.slo_id)
        return []

    def _resolved(self, slo: Slo) -> Slo | None:
        found = [self._part(slo, reference) for reference in slo.sli.references]
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
            hint = near or "write `<service>/<name>` of an SLO below specs/"
            self.problems.append(here.problem("unknown-slo", f"there is no SLO `{name}`", hint))
            return None
        found = self.linked(self.built[name]) if name in self.built else None
        if found is None:
            there = self.declared[name].span()
            message = f"`{name}` has problems of its own, so nothing can be made of it"
            self.problems.append(here.problem("composite-part", message, f"see {there.path}:{there.line}"))
        elif (found.window, found.period) != (slo.window, slo.period):
            message = f"`{name}` has a window of {found.period}, `{slo.id}` has {slo.period}"
            hint = f"write `window: {found.period}` here, or give the part the window {slo.period}"
            self.problems.append(here.problem("composite-window", message, hint))
            return None
        return found
