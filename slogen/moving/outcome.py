"""What came of foreign documents, as data; and the exception of what can't be moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from slogen.diagnostics import Problem, Severity, Span
from slogen.moving.reading import Value

Fields = Mapping[str, Any]


class RefusedError(Exception):
    """An SLO, or a whole document, can't be moved; the problem says why, and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def not_moved(code: str, at: Value, message: str, hint: str) -> RefusedError:
    """What can't be moved, told at a place."""
    return RefusedError(at.problem(code, message, hint, Severity.ERROR))


def grouped(problems: Iterable[Problem]) -> list[list[Problem]]:
    """Problems that say the same of several places, together, in the order of the first ones."""
    found: dict[tuple[str, str, str | None], list[Problem]] = {}
    for problem in problems:
        found.setdefault((problem.code, problem.message, problem.hint), []).append(problem)
    return [*found.values()]


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one foreign SLO: the fields that it has in a spec, or None where it was refused.

    `called` is its name where it comes from, `place` where it stands there. `series` are the labels by which
    the other tool's series are known as its own; empty where nobody knows.
    """

    dialect: str
    called: str
    place: Span
    service: str
    fields: Fields | None
    problems: tuple[Problem, ...]
    series: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The identity that it has in slogen; "" where it was refused."""
        return f"{self.service}/{self.fields['name']}" if self.fields else ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The identities of the SLOs that it is made of."""
        of = self.fields["sli"].get("composite", {}).get("of", ()) if self.fields else ()
        return tuple(part["slo"] for part in of)

    @property
    def is_renamed(self) -> bool:
        """Whether its name is another one than where it comes from."""
        return self.fields is not None and self.fields["name"] != self.called


@dataclass(frozen=True, slots=True)
class Spec:
    """The spec of one service: its text, and the foreign files that it comes from."""

    service: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """All that came of the foreign documents: SLOs in their order, problems of none of them, and specs."""

    slos: tuple[Moved, ...] = ()
    problems: tuple[Problem, ...] = ()
    specs: tuple[Spec, ...] = ()

    def told(self, problems: Iterable[Problem]) -> Import:
        """The same, with what was found around the documents."""
        return replace(self, problems=(*self.problems, *problems))

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Those of the SLOs too."""
        return (*self.problems, *(problem for slo in self.slos for problem in slo.problems))
