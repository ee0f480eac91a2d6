"""An SLO that counts cases: the share of good ones of a run, against its objective.

What is good and bad isn't read from the words of `outcome`: a series is as good as the sample series of the
SLI that the same selectors select.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from slogen.conventions import EVAL_CASES
from slogen.evals.interval import interval
from slogen.evals.readers import OUTCOMES, Labels, Reader
from slogen.evals.result import Measure, tidy
from slogen.evals.scored import UntoldError
from slogen.evals.verdict import Line, Outcome, Row
from slogen.model.sli import UnsatisfiableError
from slogen.model.slo import Slo
from slogen.model.states import Samples
from slogen.promql.parse import parse_selector
from slogen.promql.solve import selects

_Signature = frozenset[int]


def count(reader: Reader, suite: str, measures: Sequence[Measure], *, confident: bool) -> list[Row]:
    """The row of an SLO. Raises UntoldError where nothing is counted."""
    good, bad = _signatures(reader)
    passed = cases = errored = 0
    for measure in measures:
        for outcome, number in _numbers(measure).items():
            found = {
                _signature(reader, labels)
                for labels in reader.series(EVAL_CASES, suite, measure.name, outcome)
            }
            is_error = outcome == OUTCOMES[-1]
            if found & (good | bad) or is_error:
                cases += number
                passed += number if found & good and not is_error else 0
                errored += number if is_error else 0
    if not cases:
        raise UntoldError("it is of 0 cases")
    return [_row(reader.slo, measures, (passed, cases, errored), confident=confident)]


def _numbers(measure: Measure) -> Mapping[str, int]:
    if measure.passed is None or measure.failed is None:
        raise UntoldError(
            f"it counts cases, and the run says of `{measure.name}` only a mean, not how many passed"
        )
    return dict(zip(OUTCOMES, (measure.passed, measure.failed, measure.errored), strict=True))


def _signatures(reader: Reader) -> tuple[set[_Signature], set[_Signature]]:
    """Which selectors select a good event, and which a bad one."""
    sli = reader.slo.sli
    try:
        samples = sli.samples(sli.groups()[0])
    except UnsatisfiableError as error:
        raise UntoldError(f"which cases are good can't be told from its SLI: {error}") from None
    if not isinstance(samples, Samples) or samples.are_buckets:
        raise UntoldError("it watches counters over time, of which one run says nothing")
    sides = ([_labels(text) for text in side] for side in (samples.good, samples.bad))
    good, bad = ({_signature(reader, labels) for labels in side} - {frozenset()} for side in sides)
    return good, bad


def _labels(series: str) -> Labels:
    return {matcher.name: matcher.value for matcher in parse_selector(series).matchers}


def _signature(reader: Reader, labels: Labels) -> _Signature:
    return frozenset(i for i, s in enumerate(reader.selectors) if selects(s, EVAL_CASES, labels))


def _row(slo: Slo, measures: Sequence[Measure], counts: tuple[int, int, int], *, confident: bool) -> Row:
    passed, cases, errored = counts
    low, high = interval(passed, cases)
    share, objective = tidy(passed / cases), float(slo.objective)
    row = Row(
        slo.shown,
        ", ".join(measure.name for measure in measures),
        Outcome.MET if share >= objective else Outcome.MISSED,
        share,
        "share",
        cases=cases,
        passed=passed,
        errored=errored,
        low=low,
        high=high,
        beyond="<",
        objective=Line(objective, slo.percent),
        is_counted=True,
        owner=slo.owner,
        description=slo.description,
        notes=(f"{errored} of {cases} cases could not be judged, and count as bad",) if errored else (),
    )
    return _confident(row, objective) if confident else row


def _confident(row: Row, objective: float) -> Row:
    """Decided by the bounds: met or missed for certain, or not told."""
    low, high = row.low or 0.0, row.high or 0.0
    if low >= objective or high < objective:
        return replace(row, outcome=Outcome.MET if low >= objective else Outcome.MISSED)
    why = f"{row.cases} cases are too few to tell: the share may be {low:.3g} to {high:.3g}"
    return replace(row, outcome=Outcome.UNKNOWN, reason=why)
