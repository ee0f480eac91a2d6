"""What is said of a run: how each SLO that reads it comes out, and what that means for whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from slogen.diagnostics import Problem, has_errors
from slogen.evals.result import Measure


class Outcome(StrEnum):
    """How an SLO comes out. A contract: JSON has it as `outcome`."""

    MET = "met"
    MISSED = "missed"  # the line of the objective
    WARNING = "warning"  # a level
    CRITICAL = "critical"
    UNKNOWN = "cannot tell"


_WEIGHTS: Final = {Outcome.MISSED: 1, Outcome.WARNING: 2, Outcome.CRITICAL: 3}
FAILS: Final = {str(outcome): weight for outcome, weight in _WEIGHTS.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """A number that a value is compared with: as a number, and as people write it."""

    value: float
    shown: str


@dataclass(frozen=True)
class Row:
    """An SLO (or a group of one) against a run. `value` is what it reads, in `unit` ("seconds", "share" or
    ""); `beyond` is the comparison that holds on the bad side. `low` and `high` are where the true value lies
    with 95 % confidence, where cases are counted. `is_counted` says that the share of good cases is compared
    with the objective. `is_required` is false where nobody minds that it can't be told."""

    slo_id: str
    metric: str
    outcome: Outcome
    value: float | None = None
    unit: str = ""
    cases: int | None = None
    passed: int | None = None
    errored: int = 0
    low: float | None = None
    high: float | None = None
    beyond: str = ""
    objective: Line | None = None
    levels: Mapping[str, Line] = field(default_factory=dict)
    is_counted: bool = False
    is_required: bool = True
    group: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    description: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> int | None:
        """Cases that were judged and are bad."""
        if self.passed is None or self.cases is None:
            return None
        return self.cases - self.errored - self.passed

    @property
    def weight(self) -> int:
        """How bad it is, from 0 to 3. A missed line of an SLO that has no levels is as bad as can be said."""
        if self.outcome is Outcome.MISSED and not self.levels:
            return _WEIGHTS[Outcome.CRITICAL]
        return _WEIGHTS.get(self.outcome, 0)

    @property
    def is_unknown(self) -> bool:
        """Whether it can't be told, and somebody minds."""
        return self.outcome is Outcome.UNKNOWN and self.is_required


@dataclass(frozen=True)
class Verdict:
    """What is said of a run of a suite. `unread` are metrics of it that no SLO reads; `problems` are those of
    the specs, or of the results, and then there are no rows."""

    suite: str = ""
    source: str = ""
    where: str = ""
    run: str = ""
    at: float | None = None
    broken: str = ""
    rows: tuple[Row, ...] = ()
    unread: tuple[Measure, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def violations(self) -> tuple[Row, ...]:
        """The SLOs that are not met: missed, or beyond a level; the worst first."""
        return tuple(sorted((row for row in self.rows if row.weight), key=lambda row: -row.weight))

    @property
    def unknown(self) -> tuple[Row, ...]:
        """The SLOs of which it can't be told, and should be."""
        return tuple(row for row in self.rows if row.is_unknown)

    @property
    def is_unknown(self) -> bool:
        """Whether something can't be told that should be."""
        return bool(self.broken or self.unknown or not self.rows or has_errors(self.problems))

    def fails(self, on: str = "critical") -> bool:
        """Whether any SLO is at least as bad as a key of FAILS."""
        return any(row.weight >= FAILS[on] for row in self.rows)

    @property
    def ok(self) -> bool:
        """Whether nothing is critical, and everything could be told."""
        return not self.fails() and not self.is_unknown
