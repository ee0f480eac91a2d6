"""What an evaluation found: values of metrics, and of how many cases; no format."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

_DIGITS: Final = 12  # what sums of floats are off by isn't seen


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric of a run. `value` is None where no case could be judged.

    `cases` is of how many cases it is, with those that could not be judged (`errored`); None where nobody
    says. `passed` is how many of them passed, where that is counted. `higher_is_better` is what the tool
    itself says.
    """

    name: str
    value: float | None
    cases: int | None = None
    passed: int | None = None
    errored: int = 0
    higher_is_better: bool | None = None

    @property
    def failed(self) -> int | None:
        """Cases that were judged and didn't pass; None where they aren't counted."""
        if self.passed is None or self.cases is None:
            return None
        return self.cases - self.errored - self.passed

    @property
    def judged(self) -> int:
        """Cases that could be judged, as far as they are counted."""
        return (self.cases or 0) - self.errored

    @property
    def is_number(self) -> bool:
        """Whether there is a value to compare."""
        return self.value is not None and math.isfinite(self.value)

    @property
    def is_share(self) -> bool:
        """Whether the value is the share of cases that passed, and not a mean of other scores."""
        if self.value is None or self.passed is None or self.judged < 1:
            return False
        return math.isclose(self.value, self.passed / self.judged, rel_tol=0, abs_tol=1e-9)

    def called(self, name: str) -> Measure:
        """The same by another name."""
        return replace(self, name=name)

    def times(self, factor: float) -> Measure:
        """The same in another unit."""
        return replace(self, value=None if self.value is None else tidy(self.value * factor))


@dataclass(frozen=True, slots=True)
class Result:
    """One run. `where` is the file or the server, as messages call it; `suite` and `run` are "" where nobody
    says. `at` is when it ran (Unix time). `broken` is why it is no result at all."""

    source: str
    where: str
    measures: tuple[Measure, ...] = ()
    suite: str = ""
    run: str = ""
    at: float | None = None
    broken: str = ""


def tidy(value: float) -> float:
    """A value without what sums of floats are off by: 2.7 / 3 is 0.9."""
    return round(value, _DIGITS)


def counted(name: str, passed: int, failed: int, errored: int = 0) -> Measure:
    """A metric that is the share of cases that passed."""
    judged = passed + failed
    value = tidy(passed / judged) if judged else None
    return Measure(name, value, judged + errored, passed, errored)


def averaged(name: str, scores: Iterable[float | None], errored: int = 0) -> Measure:
    """A metric of one score for each case; None and NaN are cases that could not be judged. Where all scores
    are 0 or 1 they are counted."""
    found = list(scores)
    good = [score for score in found if score is not None and math.isfinite(score)]
    lost = len(found) - len(good) + errored
    if good and all(score in (0, 1) for score in good):
        return counted(name, sum(score == 1 for score in good), sum(score == 0 for score in good), lost)
    value = tidy(math.fsum(good) / len(good)) if good else None
    return Measure(name, value, len(found) + errored, None, lost)
