"""promptfoo's CSV (`promptfoo eval -o results.csv`): a row a case, a column `Metric: NAME` a metric."""

from __future__ import annotations

from collections.abc import Iterable

from slogen.evals.content import Content, ContentError
from slogen.evals.result import Measure, Result, averaged, counted
from slogen.evals.sources.promptfoo import PASS_RATE
from slogen.evals.sources.source import Source
from slogen.evals.tables import NoScoreError, score_of

_COLUMN = "Metric: "


def _is_known(content: Content) -> bool:
    return content.form == "csv" and bool(content.rows) and {"Status", "Score"} <= content.rows[0][1].keys()


def _read(content: Content) -> Result:
    found = [str(row.get("Status", "")).strip().upper() for row in content.objects]
    for (line, _), status in zip(content.rows, found, strict=True):
        if status not in ("PASS", "FAIL", "ERROR"):
            raise ContentError(f"`{status}` is no status of a case", "PASS, FAIL or ERROR", line)
    overall = counted(PASS_RATE, *(found.count(status) for status in ("PASS", "FAIL", "ERROR")))
    return Result("promptfoo-csv", content.where, (overall, *_named(content, overall.errored)))


def _named(content: Content, errored: int) -> Iterable[Measure]:
    """An empty cell is a case that has no such assertion; which an error kept from having it isn't said."""
    for column in content.rows[0][1]:
        if column.startswith(_COLUMN):
            cells = [(line, row[column]) for line, row in content.rows if str(row[column]).strip()]
            yield averaged(column.removeprefix(_COLUMN), [_score(*cell) for cell in cells], errored)


def _score(line: int, cell: str) -> float | None:
    try:
        return score_of(cell)
    except NoScoreError:
        raise ContentError(f"`{cell[:40]}` is no score", "a number such as 1.00", line) from None


SOURCE = Source("promptfoo-csv", "promptfoo's CSV", _is_known, _read, "columns `Status` and `Score`")
