"""Cases as rows: what of a row is a score, and what of a column a metric."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from slogen.evals.result import Measure, averaged

_LOST: Final = frozenset({"", "nan", "null", "none", "n/a", "na", "error", "errored"})
_WORDS: Final = {
    **dict.fromkeys(("true", "pass", "passed", "yes", "correct"), 1.0),
    **dict.fromkeys(("false", "fail", "failed", "no", "incorrect"), 0.0),
}
_DEEPEST: Final = 20
_MILLIS: Final = 1e11  # Unix times above are milliseconds
_LATEST: Final = 253_402_300_799.0  # of what datetime knows


class NoScoreError(Exception):
    """A cell holds something else than a score."""


def score_of(cell: object) -> float | None:
    """The score in a cell; None for a case that could not be judged. Raises NoScoreError."""
    if cell is None:
        return None
    if isinstance(cell, bool | int | float):
        return _finite(cell)
    if not isinstance(cell, str):
        raise NoScoreError
    word = cell.strip().lower()
    if word in _LOST:
        return None
    if word in _WORDS:
        return _WORDS[word]
    try:
        return _finite(float(word.replace("_", "x")))  # Python reads 1_000, and nobody writes so
    except ValueError:
        raise NoScoreError from None


def _finite(number: float) -> float | None:
    try:
        found = float(number)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def measures_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Measure, ...]:
    """A measure for each column that holds scores. Of a column that a row lacks, the case is lost."""
    flat = [dict(flattened(row)) for row in rows]
    names = dict.fromkeys(name for row in flat for name in row if name)
    found = (_column(name, [row.get(name) for row in flat]) for name in names)
    return tuple(measure for measure in found if measure is not None)


def _column(name: str, cells: list[object]) -> Measure | None:
    try:
        return averaged(name, [score_of(cell) for cell in cells])
    except NoScoreError:
        return None


def flattened(value: object, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """What isn't a mapping, by its path with `/`."""
    if not isinstance(value, Mapping) or depth > _DEEPEST:
        yield name, value
        return
    for key, inner in value.items():
        yield from flattened(inner, f"{name}/{key}" if name else str(key), depth + 1)


def moment_of(value: object) -> float | None:
    """The Unix time of what a tool writes: seconds, milliseconds, or a date and time."""
    if isinstance(value, str) and value.strip():
        try:
            found = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        seconds = value / 1000 if value > _MILLIS else float(value)
        return seconds if seconds <= _LATEST else None
    return None


def whole(value: object) -> int | None:
    """A number of cases; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value >= 0 and math.isfinite(value) and value == int(value) else None


def text_of(value: object) -> str:
    """A name, on one line; "" for what is none."""
    return (
        " ".join(value.split()) if isinstance(value, str) else str(value) if whole(value) is not None else ""
    )
