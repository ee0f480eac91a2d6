"""What a check gets, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

from slogen.diagnostics import Problem
from slogen.emitted.routing import Routing
from slogen.emitted.rules import Group, RuleFile
from slogen.live.answers import Sample
from slogen.live.doctor.asks import Ask, Counted, World, total
from slogen.live.doctor.serverworld import RULES, Said, ServerWorld
from slogen.model.rulers import PROMETHEUS
from slogen.model.sli import Need, Role
from slogen.model.slo import Slo
from slogen.project.boards import Queries
from slogen.promql.selector import Matcher, Selector
from slogen.settings import Settings

Key = TypeVar("Key", bound=Hashable)


class Asks(StrEnum):
    """What a check needs to ask."""

    SERIES = "series"  # what is there now: a dump and a server know
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a check could not find out, and why. It `is_failure` where it should have been possible."""

    why: str
    is_failure: bool = False


Found = Problem | Unknown


@dataclass(frozen=True, eq=False)
class Needed:
    """Something that an SLO reads; `seen` is its selector as far as the world can tell its labels."""

    slo: Slo
    need: Need
    seen: Selector
    hidden: tuple[Matcher, ...] = ()

    @property
    def may_be_missing(self) -> bool:
        """Whether the SLO is meant to go on without it: there are others, or missing is good."""
        timed = self.slo.sli.timed
        return self.need.optional or (timed is not None and timed.missing == "good")


@dataclass(frozen=True)
class Case:
    """The SLOs that are looked at, and the world they are looked for in. `answers` are those to all that was
    counted so far; `trouble` says why some have none. `rules` and `routing` are those of git, `rulers` these
    rules as the engine of each target has them, if any are named; `boards` makes what each board asks, by
    its uid; the SLOs are the `whole` project, or some of it."""

    slos: Sequence[Slo]
    settings: Settings
    world: World
    rules: tuple[RuleFile, ...] = ()
    routing: Routing | None = None
    rulers: Mapping[str, Sequence[Group]] = field(default_factory=dict)
    boards: Callable[[], Mapping[str, Queries]] = dict
    whole: bool = True
    trouble: set[str] = field(default_factory=set, repr=False)
    answers: dict[Ask, Counted] = field(default_factory=dict, repr=False)

    @property
    def groups(self) -> Mapping[str, Sequence[Group]]:
        """The groups of git, by the target whose engine has them so."""
        return self.rulers or {PROMETHEUS.target: [group for file in self.rules for group in file.groups]}

    @property
    def server(self) -> ServerWorld:
        """The world, for checks that ask a server for more."""
        assert isinstance(self.world, ServerWorld)
        return self.world

    def ask(self, questions: Mapping[Key, str]) -> Mapping[Key, tuple[Sample, ...]]:
        """Samples of many expressions, of a server; `trouble` says why one has none."""
        answers = self.server.ask(questions)
        self.trouble.update(self.server.failed[key] for key in questions if key in self.server.failed)
        return answers

    def told(self, path: str, of: type[Said]) -> Said | None:
        """What the server says at a path of its API; None where it has no such path, or else `trouble`."""
        found = self.server.told(path, of)
        self._troubled(path)
        return found

    def loaded(self) -> list[Any] | None:
        """The groups of rules that a server has; None where it doesn't say, `trouble` where it should."""
        found = self.server.rules
        self._troubled(RULES)
        return found

    def types(self, metrics: Collection[str]) -> Mapping[str, frozenset[str]] | None:
        """The types of metrics; None where nobody says, and `trouble` where they should."""
        found = self.world.types(metrics)
        self._troubled("metadata")
        return found

    def _troubled(self, key: str) -> None:
        if key in self.world.failed:
            self.trouble.add(self.world.failed[key])

    def count(self, asked: Iterable[Ask]) -> Mapping[Ask, Counted]:
        """Answers of the world, each asked for once. What has none could not be told; why not is `trouble`,
        where it should have been."""
        wanted = dict.fromkeys(asked)
        new = [ask for ask in wanted if ask not in self.answers and ask not in self.world.failed]
        self.answers.update(self.world.count(new) if new else {})
        self.trouble.update(self.world.failed[ask] for ask in wanted if ask in self.world.failed)
        return self.answers

    @cached_property
    def needed(self) -> tuple[Needed, ...]:
        """All that the SLOs read, but what this world can't have."""
        return tuple(
            self._needed(slo, need)
            for slo in self.slos
            for need in slo.sli.needs()
            if not self.world.lacks(need.selector.metric)
        )

    @cached_property
    def lacking(self) -> frozenset[str]:
        """Metrics that this world can't have."""
        every = (need.selector.metric for slo in self.slos for need in slo.sli.needs())
        return frozenset(filter(self.world.lacks, every))

    @cached_property
    def empty(self) -> tuple[Needed, ...]:
        """Of these, what selects no series."""
        answers = self.count(Ask(each.seen) for each in self.needed)
        return tuple(each for each in self.needed if _is_empty(answers, Ask(each.seen)))

    def has(self, slo: Slo, *roles: Role) -> bool:
        """Whether all that an SLO reads in these roles selects series."""
        wanted = [each for each in self.needed if each.slo is slo and each.need.role in roles]
        return bool(wanted) and not any(each in self.empty for each in wanted)

    def is_empty(self, ask: Ask) -> bool:
        """Whether there is nothing, and that is known."""
        return _is_empty(self.count([ask]), ask)

    def _needed(self, slo: Slo, need: Need) -> Needed:
        hidden = tuple(m for m in need.selector.matchers if self.world.hides(need.selector, m.name))
        seen = replace(need.selector, matchers=tuple(m for m in need.selector.matchers if m not in hidden))
        return Needed(slo, need, seen, hidden)


def _is_empty(answers: Mapping[Ask, Counted], ask: Ask) -> bool:
    return ask in answers and not total(answers[ask])


@dataclass(frozen=True, slots=True)
class Check:
    """A check by its name: what it asks, in a sentence for people, and whom."""

    name: str
    asks: str
    run: Callable[[Case], Iterable[Found]]
    whom: Asks = Asks.SERIES
