"""What runs of evaluations mean, for people (text, Markdown), for a workflow of GitHub, and for scripts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from slogen.diagnostics import Severity
from slogen.evals.result import Measure
from slogen.evals.verdict import Line, Outcome, Row, Verdict
from slogen.model.levels import show
from slogen.report.figures import moment, percent, rfc3339
from slogen.report.github import annotation
from slogen.report.tables import Cell, Column, Table, markdown, text
from slogen.report.visible import visible
from slogen.units import rounded

_MOODS: Final = {
    Outcome.MET: "good",
    Outcome.MISSED: "bad",
    Outcome.WARNING: "warn",
    Outcome.CRITICAL: "bad",
    Outcome.UNKNOWN: "lost",
}
_SIDES: Final = {"<": ("at least", "below"), ">": ("at most", "above"), ">=": ("below", "at or above")}
_COLUMNS: Final = (
    Column("metric"),
    Column("value", True),
    Column("cases", True),
    Column("likely", True),
    Column("wanted"),
    Column("outcome"),
    Column("SLO"),
)
_SEVERITIES: Final = {Outcome.MET: Severity.INFO, Outcome.WARNING: Severity.WARNING}


@dataclass(frozen=True)
class Pushed:
    """Where the numbers were written, and how many series; `note` is what else is to be known of it."""

    to: str
    series: int
    note: str = ""


@dataclass(frozen=True)
class Evaluation:
    """All that a command found out. `code` is the exit code that it ends with."""

    verdicts: Sequence[Verdict]
    pushed: Sequence[Pushed] = ()
    code: int = 0


def render(found: Evaluation, form: str, *, colour: bool = False) -> str:
    """It in a form of FORMS, without a newline at its end."""
    return _text(found, colour=colour) if form == "text" else _FORMS[form](found)


def _text(found: Evaluation, *, colour: bool) -> str:
    parts = []
    for verdict in found.verdicts:
        table = [*text(_table(verdict), colour=colour), ""] if verdict.rows or verdict.unread else []
        parts.append("\n".join([_title(verdict), "", *table, *map(visible, _after(verdict))]))
    return "\n\n".join([*parts, *(["\n".join(_pushed(found))] if found.pushed else [])])


def _markdown(found: Evaluation) -> str:
    parts = []
    for verdict in found.verdicts:
        after = [f"- {visible(line)}" for line in _after(verdict)]
        parts.append("\n".join([f"### {_title(verdict)}", "", *markdown(_table(verdict)), "", *after]))
    return "\n\n".join(
        [*parts, *(["\n".join(f"- {line}" for line in _pushed(found))] if found.pushed else [])]
    )


def _title(verdict: Verdict) -> str:
    run = f" run {verdict.run}" if verdict.run else ""
    at = f", {moment(verdict.at)}" if verdict.at else ""
    return visible(f"suite {verdict.suite or '-'} ({verdict.source}{run}{at}, {verdict.where})")


def _table(verdict: Verdict) -> Table:
    return Table(_COLUMNS, (*map(_row, verdict.rows), *map(_unread, verdict.unread)))


def _row(row: Row) -> tuple[Cell, ...]:
    mood = _MOODS[row.outcome]
    said = str(row.outcome) if row.is_required or row.outcome is not Outcome.UNKNOWN else "not there"
    return (
        Cell(_metric(row)),
        Cell(_value(row.value, row.unit), mood if row.weight else ""),
        Cell(_cases(row)),
        Cell(_likely(row)),
        Cell(_wanted(row)),
        Cell(said, mood),
        Cell(row.slo_id),
    )


def _metric(row: Row) -> str:
    inside = ", ".join(f"{name}={value}" for name, value in row.group.items())
    return f"{row.metric} {{{inside}}}" if inside else row.metric


def _value(value: float | None, unit: str, digits: int = 4) -> str:
    if value is None:
        return "-"
    if unit == "share":
        return percent(value)
    return show(rounded(Decimal(repr(value)), digits), unit)


def _cases(row: Row) -> str:
    if row.cases is None:
        return "-"
    return f"{row.passed} of {row.cases}" if row.passed is not None else str(row.cases)


def _likely(row: Row) -> str:
    if row.low is None or row.high is None:
        return "-"
    return f"{_value(row.low, row.unit, 3)} to {_value(row.high, row.unit, 3)}"


def _wanted(row: Row) -> str:
    inside, outside = _SIDES.get(row.beyond, ("", ""))
    level = next((row.levels[o] for o in (str(row.outcome),) if o in row.levels), None)
    if level is not None:
        return f"{row.outcome} {outside} {level.shown}"
    return f"{inside} {row.objective.shown}" if row.objective else "-"


def _unread(measure: Measure) -> tuple[Cell, ...]:
    cases = "-" if measure.cases is None else str(measure.cases)
    value = _value(measure.value, "") if measure.is_number else "-"
    return (
        Cell(measure.name),
        Cell(value),
        Cell(cases),
        Cell("-"),
        Cell("-"),
        Cell("no SLO reads it"),
        Cell("-"),
    )


def _after(verdict: Verdict) -> Iterator[str]:
    for reason in dict.fromkeys(row.reason for row in verdict.rows if row.reason):
        names = ", ".join(row.slo_id for row in verdict.rows if row.reason == reason)
        yield f"cannot tell: {names}: {reason}"
    for row in verdict.rows:
        for note in row.notes:
            yield f"note: {row.slo_id}: {note}"
    yield _sum(verdict)


def _sum(verdict: Verdict) -> str:
    if verdict.broken and not verdict.rows:
        return f"cannot tell: {verdict.broken}"
    counts = Counter(row.outcome for row in verdict.rows)
    said = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])
    return (
        f"{len(verdict.rows)} {'SLO reads' if len(verdict.rows) == 1 else 'SLOs read'} it: {said or 'none'}"
    )


def _pushed(found: Evaluation) -> list[str]:
    said = []
    for each in found.pushed:
        what = f"pushed {each.series} series to {each.to}" if each.series else f"pushed nothing to {each.to}"
        said.append(visible(f"{what}: {each.note}" if each.note else what))
    return said


def _github(found: Evaluation) -> str:
    """A line for each SLO that isn't met, and one for each suite."""
    lines = []
    for verdict in found.verdicts:
        for row in verdict.rows:
            if row.outcome is not Outcome.MET and (row.weight or row.is_unknown):
                said = row.reason or f"{_metric(row)} is {_value(row.value, row.unit)}; {_wanted(row)}"
                severity = _SEVERITIES.get(row.outcome, Severity.ERROR)
                lines.append(annotation(severity, said, title=f"{row.slo_id}: {row.outcome}"))
        severity = Severity.ERROR if found.code else Severity.INFO
        lines.append(annotation(severity, f"{_title(verdict)}: {_sum(verdict)}", title="slogen eval"))
    severities = ((Severity.INFO if each.series else Severity.WARNING) for each in found.pushed)
    pushed = zip(severities, _pushed(found), strict=True)
    lines += [annotation(severity, words, title="slogen eval") for severity, words in pushed]
    return "\n".join(lines)


def _json(found: Evaluation) -> str:
    return json.dumps(as_data(found), indent=2, ensure_ascii=False, allow_nan=False)


def as_data(found: Evaluation) -> dict[str, Any]:
    """The document that `--format json` prints; docs/live/eval.md says what its fields mean."""
    return {
        "kind": "Evaluation",
        "exit_code": int(found.code),
        "runs": [_run(verdict) for verdict in found.verdicts],
        "pushed": [{"to": each.to, "series": each.series, "note": each.note} for each in found.pushed],
    }


def _run(verdict: Verdict) -> dict[str, Any]:
    counts = Counter(row.outcome for row in verdict.rows)
    return {
        "suite": verdict.suite,
        "source": verdict.source,
        "where": verdict.where,
        "run": verdict.run or None,
        "time": rfc3339(verdict.at),
        "broken": verdict.broken or None,
        "slos": [_slo(row) for row in verdict.rows],
        "unread": {m.name: m.value if m.is_number else None for m in verdict.unread},
        "summary": {str(outcome): counts[outcome] for outcome in Outcome},
    }


def _slo(row: Row) -> dict[str, Any]:
    return {
        "id": row.slo_id,
        "owner": row.owner,
        "description": row.description,
        "metric": row.metric,
        "group": dict(row.group),
        "outcome": row.outcome,
        "is_required": row.is_required,
        "value": row.value,
        "unit": row.unit,
        "is_counted": row.is_counted,
        "cases": row.cases,
        "passed": row.passed,
        "failed": row.failed,
        "errored": row.errored,
        "low": _digits(row.low),
        "high": _digits(row.high),
        "beyond": row.beyond or None,
        "objective": _line(row.objective),
        "levels": {name: line.value for name, line in row.levels.items()},
        "reason": row.reason or None,
        "notes": [*row.notes],
    }


def _line(line: Line | None) -> float | None:
    return None if line is None else line.value


def _digits(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


_FORMS: Final[Mapping[str, Callable[[Evaluation], str]]] = {
    "json": _json,
    "markdown": _markdown,
    "github": _github,
}
FORMS: Final = ("text", *_FORMS)
