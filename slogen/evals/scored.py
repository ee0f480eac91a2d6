"""An SLO that compares scores: what its own expression reads of a run, against its line and its levels."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from slogen.conventions import EVAL_SCORE
from slogen.evals.interval import interval
from slogen.evals.readers import Reader
from slogen.evals.result import Measure, tidy
from slogen.evals.verdict import Line, Outcome, Row
from slogen.model.levels import CRITICAL, WARNING, show
from slogen.model.sli import Gauge, NoGaugeError
from slogen.promql.evaluate import Evaluated, evaluator
from slogen.promql.evaluate import Line as Flat
from slogen.promql.vectors import Labels, UnsupportedError, as_vector
from slogen.settings import Settings
from slogen.units import DAY

_BEYOND: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    ">=": operator.ge,
}
_PERCENT: Final = 100
_OUTCOMES: Final = {CRITICAL: Outcome.CRITICAL, WARNING: Outcome.WARNING}  # the worst first


class UntoldError(Exception):
    """It can't be told how an SLO comes out: why."""


@dataclass(frozen=True)
class Scale:
    """What readings are compared with. `objective` is the line that the SLI itself draws."""

    gauge: Gauge
    objective: float | None
    levels: Mapping[str, float]

    def outcome(self, reading: float) -> Outcome:
        """How a reading comes out."""
        is_beyond = _BEYOND[self.gauge.beyond]
        for name, outcome in _OUTCOMES.items():
            if name in self.levels and is_beyond(tidy(reading), self.levels[name]):
                return outcome
        if self.objective is not None and is_beyond(tidy(reading), self.objective):
            return Outcome.MISSED
        return Outcome.MET

    def worse(self, readings: Iterable[float]) -> float:
        """The worst of some readings."""
        return min(readings) if self.gauge.beyond == "<" else max(readings)

    def line(self, value: float) -> Line:
        """A line, as people write it."""
        return Line(value, show(Decimal(repr(value)), self.gauge.unit))

    @property
    def wants_fractions(self) -> bool:
        """Whether it asks for as much as can be of what is at most 1."""
        lines = [line for line in (self.objective, *self.levels.values()) if line is not None]
        return self.gauge.beyond == "<" and bool(lines) and all(0 < line <= 1 for line in lines)


def scale_of(reader: Reader, settings: Settings) -> Scale:
    """What an SLO's readings are compared with. Raises UntoldError where nothing is."""
    slo = reader.slo
    try:
        gauge = slo.levels.gauge if slo.levels else slo.sli.gauge(None, settings)
    except NoGaugeError as error:
        raise UntoldError(f"{error}; {error.hint}") from None
    levels = {level.name: float(level.threshold) for level in slo.levels.each} if slo.levels else {}
    objective = float(gauge.target) if gauge.target is not None else None
    if objective is None and gauge.unit == "share":
        objective = float(slo.budget if gauge.beyond != "<" else slo.objective)
    if objective is None and not levels:
        raise UntoldError("its SLI draws no line that one run could be compared with")
    return Scale(gauge, objective, levels)


@dataclass(frozen=True)
class _Readings:
    """Computes what an SLO reads, from the values of measures."""

    measures: Sequence[Measure]
    evaluated: Evaluated

    def of(self, values: Sequence[float]) -> dict[Labels, float]:
        """The readings by the labels of their groups, for a value of each measure."""
        return as_vector(self.evaluated([Flat(value) for value in values], DAY))


def score(
    reader: Reader, suite: str, measures: Sequence[Measure], settings: Settings, *, confident: bool
) -> list[Row]:
    """A row for each group of what an SLO reads of these measures. Raises UntoldError."""
    scale = scale_of(reader, settings)
    series = [
        (measure, labels) for measure in measures for labels in reader.series(EVAL_SCORE, suite, measure.name)
    ]
    if not series:
        raise UntoldError("none of its selectors selects a series of this run")
    for measure, _ in series:
        _check(measure)
    try:
        evaluated = evaluator(scale.gauge.expr, [(EVAL_SCORE, labels) for _, labels in series])
        readings = _Readings([measure for measure, _ in series], evaluated)
        return list(_rows(reader, scale, readings, confident=confident))
    except UnsupportedError as error:
        raise UntoldError(f"its expression can't be computed from one run: {error}") from None


def honest(reader: Reader, suite: str, measure: Measure, settings: Settings) -> float | None:
    """The value of a measure with the cases that could not be judged as bad ones; None where it has none."""
    try:
        _check(measure)
        scale, labels = scale_of(reader, settings), reader.series(EVAL_SCORE, suite, measure.name)
        evaluated = evaluator(scale.gauge.expr, [(EVAL_SCORE, each) for each in labels])
        worst = _worst_case(scale, _Readings([measure] * len(labels), evaluated))
    except UntoldError:
        return None
    except UnsupportedError:
        worst = 0.0
    return _spoilt(measure, worst)


def _check(measure: Measure) -> None:
    """Raises UntoldError for what is no value."""
    if measure.value is None or measure.cases == 0:
        counted = f"none of {measure.cases} cases could be judged" if measure.cases else "it is of 0 cases"
        raise UntoldError(f"`{measure.name}` has no value: {counted}")
    if not measure.is_number:
        raise UntoldError(f"`{measure.name}` is {measure.value}: that is no value")
    if measure.errored and not 0 <= measure.value <= 1:
        lost = f"{measure.errored} of {measure.cases} cases could not be judged"
        raise UntoldError(f"{lost}, and nothing says how bad a case of `{measure.name}` can be")


def _rows(reader: Reader, scale: Scale, readings: _Readings, *, confident: bool) -> Iterable[Row]:
    worst = _worst_case(scale, readings)
    values = [_spoilt(measure, worst) for measure in readings.measures]
    found = readings.of(values)
    if not found:
        raise UntoldError("its expression gives nothing for this run")
    only = readings.measures[0] if len(set(readings.measures)) == 1 else None
    bounds = _bounds(only, worst, readings) if only else {}
    for labels, reading in found.items():
        if not math.isfinite(reading):
            raise UntoldError(f"its expression gives {reading} for this run")
        row = _row(reader, scale, reading, only)
        row = replace(row, group=dict(labels) if len(found) > 1 else {})
        if labels in bounds:
            row = replace(row, low=bounds[labels][0], high=bounds[labels][1])
        yield _decided(row, scale, confident=confident)


def _row(reader: Reader, scale: Scale, reading: float, only: Measure | None) -> Row:
    slo = reader.slo
    return Row(
        slo.shown,
        only.name if only else ", ".join(reader.metrics),
        scale.outcome(reading),
        tidy(reading),
        scale.gauge.unit,
        cases=only.cases if only else None,
        passed=only.passed if only else None,
        errored=only.errored if only else 0,
        beyond=scale.gauge.beyond,
        objective=scale.line(scale.objective) if scale.objective is not None else None,
        levels={name: scale.line(value) for name, value in scale.levels.items()},
        owner=slo.owner,
        description=slo.description,
        notes=tuple(_notes(scale, only)),
    )


def _decided(row: Row, scale: Scale, *, confident: bool) -> Row:
    """What looks like a percentage is none; with `confident` it is the bound that decides."""
    value = row.value or 0.0
    if scale.wants_fractions and 1 < value <= _PERCENT:
        hint = f"--map '{row.metric}%={row.metric}'"
        why = f"{value:g} looks like a percentage, and the SLO compares fractions: {hint}"
        return replace(row, outcome=Outcome.UNKNOWN, reason=why)
    if not confident:
        return row
    if row.low is None or row.high is None:
        why = "--confident needs counts of cases, and of this the run says only a mean"
        return replace(row, outcome=Outcome.UNKNOWN, reason=why)
    ends = (row.low, row.high) if scale.gauge.beyond == "<" else (row.high, row.low)
    worst, best = map(scale.outcome, ends)
    outcome = best if best is not Outcome.MET or worst is Outcome.MET else Outcome.UNKNOWN
    why = f"{row.cases} cases are too few to tell: it may be {row.low:.3g} to {row.high:.3g}"
    return replace(row, outcome=outcome, reason=why if outcome is Outcome.UNKNOWN else "")


def _notes(scale: Scale, only: Measure | None) -> Iterable[str]:
    if only is None:
        return
    if only.errored:
        yield f"{only.errored} of {only.cases} cases could not be judged, and count as bad"
    wants_more = scale.gauge.beyond == "<"
    if only.higher_is_better is not None and only.higher_is_better != wants_more:
        says, wants = ("more", "less") if only.higher_is_better else ("less", "more")
        yield f"the tool says that {says} of `{only.name}` is better, the SLO that {wants} is"


def _worst_case(scale: Scale, readings: _Readings) -> float:
    """What a case counts as that could not be judged: 0 or 1, whichever makes it look worse."""
    if not any(measure.errored for measure in readings.measures):
        return 0.0
    ends = {end: readings.of([_spoilt(m, end) for m in readings.measures]) for end in (0.0, 1.0)}
    worst = {end: scale.worse(found.values()) for end, found in ends.items() if found}
    return min(worst, key=lambda end: worst[end] if scale.gauge.beyond == "<" else -worst[end], default=0.0)


def _spoilt(measure: Measure, worst: float) -> float:
    """The value over all cases, with those that could not be judged as `worst`."""
    value = measure.value or 0.0
    if not measure.errored or not measure.cases:
        return value
    return tidy((value * measure.judged + worst * measure.errored) / measure.cases)


def _bounds(measure: Measure, worst: float, readings: _Readings) -> dict[Labels, tuple[float, float]]:
    """Where the true reading lies, where the value is a share of counted cases."""
    if not measure.is_share or measure.passed is None or not measure.cases:
        return {}
    good = measure.passed + (measure.errored if worst == 1 else 0)
    ends = [readings.of([bound] * len(readings.measures)) for bound in interval(good, measure.cases)]
    return {
        labels: (min(low, ends[1][labels]), max(low, ends[1][labels]))
        for labels, low in ends[0].items()
        if labels in ends[1]
    }
