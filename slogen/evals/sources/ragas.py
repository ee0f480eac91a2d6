"""What Ragas found, as its table is written (`to_pandas().to_csv()`, `to_json` with lines): a row a case."""

from __future__ import annotations

from typing import Final

from slogen.evals.content import Content
from slogen.evals.result import Result
from slogen.evals.sources.source import Source
from slogen.evals.tables import measures_of

_COLUMNS: Final = {"user_input", "question"}
_ANSWERS: Final = {"response", "answer"}


def _is_known(content: Content) -> bool:
    columns = content.rows[0][1].keys() if content.rows else set[str]()
    return bool(columns & _COLUMNS) and bool(columns & _ANSWERS)


def _read(content: Content) -> Result:
    texts = {*_COLUMNS, *_ANSWERS, "reference", "ground_truth"}
    rows = [{name: cell for name, cell in row.items() if name not in texts} for row in content.objects]
    return Result("ragas", content.where, measures_of(rows))


SOURCE = Source("ragas", "Ragas", _is_known, _read, "columns `user_input` and `response`, and a metric")
