"""The series that a run is written as, under the names that specs read; and what they are after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogen.conventions import EVAL_CASES, EVAL_LAST_RUN, EVAL_SCORE
from slogen.evals.judge import Rules, measures_read
from slogen.evals.readers import OUTCOME, OUTCOMES, SUITE, Labels, Reader
from slogen.evals.result import Measure, Result
from slogen.evals.scored import honest
from slogen.settings import Settings

_SAME = 1e-3  # seconds; what a text of a time may lose
Key = tuple[str, tuple[tuple[str, str], ...]]
Series = dict[Key, float]


class AlreadyThereError(Exception):
    """A run was written before, or a newer one was."""


@dataclass(frozen=True)
class Written:
    """What a run adds. `at` is when it ran; `has_time` says that the run itself says so."""

    suite: str
    at: float
    has_time: bool
    series: Series

    def after(self, before: Mapping[Key, float]) -> Series:
        """All series of the suite once this run is added: counters grow, other values are replaced. Raises
        AlreadyThereError, so that no run is counted twice and none goes back in time."""
        runs = [
            value for (name, labels), value in before.items() if name == EVAL_LAST_RUN and self._mine(labels)
        ]
        last = max(runs, default=0.0)
        if self.has_time and abs(last - self.at) < _SAME:
            raise AlreadyThereError("this run is there already")
        if last > self.at:
            raise AlreadyThereError("a newer run is there already")
        counts = {
            key: before.get(key, 0.0) + value for key, value in self.series.items() if key[0] == EVAL_CASES
        }
        return {**before, **self.series, **counts}

    def _mine(self, labels: tuple[tuple[str, str], ...]) -> bool:
        return dict(labels).get(SUITE) == self.suite


def key_of(name: str, labels: Mapping[str, str]) -> Key:
    """A series as a key."""
    return name, tuple(sorted((k, v) for k, v in labels.items() if v))


def written(
    result: Result,
    readers: Sequence[Reader],
    runs: Sequence[Reader],
    rules: Rules,
    settings: Settings,
    now: float,
) -> Written:
    """What a run is written as: what `readers` read of it, and the time of it for those that read `runs`."""
    mine = [reader for reader in readers if reader.reads(result.suite)]
    series: Series = {}
    for reader in mine:
        for measure in measures_read(reader, result, mine, rules.named):
            series |= dict(_of(reader, result.suite, measure, settings))
    at = result.at if result.at is not None else now
    labels = [{SUITE: result.suite}]
    labels += [each for reader in runs for each in _of_run(reader, result.suite)]
    series |= {key_of(EVAL_LAST_RUN, each): at for each in labels}
    return Written(result.suite, at, result.at is not None, series)


def _of(reader: Reader, suite: str, measure: Measure, settings: Settings) -> Iterator[tuple[Key, float]]:
    """The score of a measure, and its cases by outcome."""
    scored, counted = (reader.series(name, suite, measure.name) for name in (EVAL_SCORE, EVAL_CASES))
    value = honest(reader, suite, measure, settings) if scored else None
    if value is not None:
        for labels in scored:
            yield key_of(EVAL_SCORE, reader.pushed(labels)), value
    if measure.passed is None or measure.failed is None:
        return
    numbers = (measure.passed, measure.failed, measure.errored)
    for labels in scored or counted:
        for outcome, number in zip(OUTCOMES, numbers, strict=True):
            yield key_of(EVAL_CASES, {**reader.pushed(labels), OUTCOME: outcome}), float(number)


def _of_run(reader: Reader, suite: str) -> list[Labels]:
    return [reader.pushed(each) for each in reader.series(EVAL_LAST_RUN, suite)]


def jobs_of(readers: Iterable[Reader], suite: str) -> tuple[str, ...]:
    """The jobs that the selectors of a suite name."""
    return tuple(dict.fromkeys(job for each in readers if each.reads(suite) for job in each.jobs))
