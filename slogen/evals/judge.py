"""Hold a run against the SLOs that read it. Nothing is skipped: what is missing can't be told."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from slogen.evals.cases import count
from slogen.evals.names import AmbiguousError, Named
from slogen.evals.readers import Reader
from slogen.evals.result import Measure, Result
from slogen.evals.scored import UntoldError, score
from slogen.evals.verdict import Outcome, Row, Verdict
from slogen.settings import Settings


@dataclass(frozen=True)
class Rules:
    """How a run is judged. `required` are the metrics or SLOs that must be told; None: all of them.
    `least` is the fewest cases that a value may be of."""

    named: Named = field(default_factory=Named)
    required: frozenset[str] | None = None
    least: int = 0
    confident: bool = False


def judge(result: Result, suite: str, readers: Sequence[Reader], rules: Rules, settings: Settings) -> Verdict:
    """What the SLOs that read the suite say of a run of it."""
    mine = [reader for reader in readers if reader.reads(suite)]
    given, used = _given(result, mine, rules.named)
    rows = [row for reader in mine for row in _judged(reader, suite, result, given, rules, settings)]
    read = {name for reader in mine for name in reader.metrics or _selected(reader, suite, given)}
    unread = tuple(m for m in result.measures if m.name not in used and m.name not in read)
    return Verdict(
        suite, result.source, result.where, result.run, result.at, result.broken, tuple(rows), unread
    )


_Given = dict[str, Measure | AmbiguousError]


def measures_read(reader: Reader, result: Result, readers: Iterable[Reader], named: Named) -> list[Measure]:
    """The measures of a run that an SLO reads, as far as they are there, by the names that specs have."""
    given, _ = _given(result, readers, named)
    names = reader.metrics or _selected(reader, result.suite, given)
    return [found for name in names if isinstance(found := given.get(name), Measure)]


def _given(result: Result, readers: Iterable[Reader], named: Named) -> tuple[_Given, set[str]]:
    """The measures by the names that specs have for them, and their names in the run."""
    measures = {measure.name: measure for measure in result.measures}
    given: _Given = {}
    used = set[str]()
    for wanted in dict.fromkeys(name for reader in readers for name in reader.metrics):
        try:
            name = named.find(wanted, measures)
        except AmbiguousError as error:
            given[wanted] = error
            continue
        if name is not None:
            given[wanted] = named.measure(wanted, measures[name])
            used.add(name)
    rest = {name: measure for name, measure in measures.items() if name not in used and name not in given}
    return {**given, **rest}, used


def _judged(
    reader: Reader, suite: str, result: Result, given: _Given, rules: Rules, settings: Settings
) -> list[Row]:
    try:
        measures = _wanted(reader, suite, result, given)
        if rules.least:
            _check_cases(measures, rules.least)
        if reader.counts and reader.scores:
            raise UntoldError("it reads scores and cases at once")
        if reader.counts:
            rows = count(reader, suite, measures, confident=rules.confident)
        else:
            rows = score(reader, suite, measures, settings, confident=rules.confident)
    except UntoldError as error:
        rows = [_untold(reader, str(error))]
    return [replace(row, is_required=_is_required(reader, rules.required)) for row in rows]


def _wanted(reader: Reader, suite: str, result: Result, given: _Given) -> list[Measure]:
    """The measures that an SLO reads. Raises UntoldError where one is missing."""
    if result.broken:
        raise UntoldError(result.broken)
    names = reader.metrics or _selected(reader, suite, given)
    found = []
    for name in names:
        measure = given.get(name)
        if isinstance(measure, AmbiguousError):
            raise UntoldError(f"{measure}: say which by --map '{measure.names[0]}={name}'")
        if measure is None:
            raise UntoldError(f"the run has no `{name}`{_near(name, result)}")
        found.append(measure)
    if not found:
        raise UntoldError("the run has no metric that it reads")
    return found


def _selected(reader: Reader, suite: str, given: _Given) -> tuple[str, ...]:
    """The metrics that the selectors of an SLO select that names none; only counted ones where it counts."""
    series = {selector.metric for selector in reader.selectors}
    fit = [
        name
        for name, found in given.items()
        if isinstance(found, Measure) and (found.passed is not None or not reader.counts)
    ]
    return tuple(name for name in fit if any(reader.series(each, suite, name) for each in series))


def _near(name: str, result: Result) -> str:
    known = [measure.name for measure in result.measures]
    if near := difflib.get_close_matches(name, known, n=1, cutoff=0.5):
        return f"; if it is `{near[0]}`, say --map '{near[0]}={name}'"
    shown = ", ".join(known[:8]) + (", ..." if len(known) > 8 else "")
    return f"; it has {shown}" if known else ": it has no metrics at all"


def _check_cases(measures: Iterable[Measure], least: int) -> None:
    for measure in measures:
        if measure.cases is None:
            raise UntoldError(f"nobody says of how many cases `{measure.name}` is (--min-cases {least})")
        if measure.cases < least:
            raise UntoldError(f"`{measure.name}` is of {measure.cases} cases (--min-cases {least})")


def _untold(reader: Reader, reason: str) -> Row:
    slo = reader.slo
    metric = ", ".join(reader.metrics) or "any"
    return Row(
        slo.shown, metric, Outcome.UNKNOWN, reason=reason, owner=slo.owner, description=slo.description
    )


def _is_required(reader: Reader, required: Collection[str] | None) -> bool:
    return required is None or bool(reader.names & set(required))
