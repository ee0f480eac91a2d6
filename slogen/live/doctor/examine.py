"""Runs the checks, and keeps apart what is well, what isn't, and what nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from slogen.diagnostics import Problem, once
from slogen.live.doctor.asks import Ask, total
from slogen.live.doctor.case import Asks, Case, Check, Unknown
from slogen.live.doctor.checks import CHECKS
from slogen.promql.selector import Selector


class State(StrEnum):
    """What became of a check."""

    DONE = "done"
    NOT_ASKED = "not asked"  # this world can't tell
    UNKNOWN = "unknown"  # it should have told, and didn't


@dataclass(frozen=True, slots=True)
class Outcome:
    """A check, what became of it, and why it isn't done, or in part."""

    check: str
    state: State
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Examination:
    """All that was found out. `selectors`, `series` and `groups` say how much was looked at."""

    world: str
    slos: int
    problems: tuple[Problem, ...]
    outcomes: tuple[Outcome, ...]
    selectors: int
    series: int
    hidden: tuple[str, ...] = ()

    def told(
        self, others: Iterable[Problem], as_written: Callable[[Iterable[Problem]], list[Problem]]
    ) -> Examination:
        """The same with what else was found, and with paths as the user knows them."""
        return replace(self, problems=(*others, *as_written(self.problems)))

    @property
    def is_known(self) -> bool:
        """Whether all that should have been told was."""
        return all(outcome.state is not State.UNKNOWN for outcome in self.outcomes)

    @property
    def done(self) -> int:
        """How many checks were done."""
        return self._number(State.DONE)

    @property
    def not_asked(self) -> int:
        """How many could not be asked, or not whole."""
        return self._number(State.NOT_ASKED)

    def _number(self, state: State) -> int:
        return sum(outcome.state is state for outcome in self.outcomes)


def examine(case: Case, only: Collection[str] = ()) -> Examination:
    """Run the checks of these names, or all."""
    problems: list[Problem] = []
    outcomes = [_run(check, case, problems) for check in CHECKS.values() if not only or check.name in only]
    asked = {Ask(each.seen) for each in case.needed}
    answers = case.answers  # only what was asked for
    return Examination(
        world=case.world.shown,
        slos=len(case.slos),
        problems=tuple(once(problems)),
        outcomes=tuple(outcomes),
        selectors=len({each.need.selector for each in case.needed if Ask(each.seen) in answers}),
        series=int(sum(total(answers.get(ask, {})) for ask in asked)),
        hidden=_hidden(case),
    )


def _run(check: Check, case: Case, problems: list[Problem]) -> Outcome:
    if check.whom is Asks.SERVER and not case.world.remembers:
        return Outcome(check.name, State.NOT_ASKED, ("a dump doesn't know",))
    case.trouble.clear()
    unknown = []
    for found in check.run(case):
        if isinstance(found, Unknown):
            unknown.append(found)
        else:
            problems.append(found)
    failures = sorted({each.why for each in unknown if each.is_failure} | case.trouble)
    if failures:
        return Outcome(check.name, State.UNKNOWN, tuple(failures))
    left = tuple(dict.fromkeys(each.why for each in unknown))
    return Outcome(check.name, State.NOT_ASKED if left else State.DONE, left)


def _hidden(case: Case) -> tuple[str, ...]:
    """Labels and metrics that this world can't have."""
    labels = {m.name for each in case.needed for m in each.hidden}
    grouped = {label for each in case.needed for label in each.slo.sli.by if _hides(case, each.seen, label)}
    return (*sorted(labels | grouped), *sorted(case.lacking))


def _hides(case: Case, selector: Selector, label: str) -> bool:
    return case.world.hides(selector, label)
