"""Incidents that people know of, from a CSV file: when each was, and of which SLO."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from slogen.diagnostics import CallError, Problem, Span, did_you_mean, has_errors
from slogen.evals.tables import moment_of, text_of
from slogen.load.rows import RowsError, rows_of
from slogen.reading import read_regular, why_unreadable

CODE: Final = "incident-list"
_MOST: Final = 4 * 1024 * 1024
_UNIX: Final = re.compile(r"\d{9,10}")
_COLUMNS: Final = ("start", "end", "slo", "name")
_HEAD: Final = "the first line names the columns: start,end, and slo,name if you like"
_TIME: Final = "write 2026-10-19T14:05:00Z, 2026-10-19 14:05 (which is UTC), or a Unix time"


@dataclass(frozen=True, slots=True)
class Reported:
    """An incident from `start` to `end` (Unix times), called `name` if anything. `slo` is an SLO or a
    service, or "" where it may have been any."""

    start: int
    end: int
    slo: str = ""
    name: str = ""

    def is_of(self, *names: str) -> bool:
        """Whether an SLO of these names (its own, and its service's) was meant."""
        return not self.slo or self.slo in names


def reported(path: Path, known: Iterable[str]) -> tuple[tuple[Reported, ...], list[Problem]]:
    """The incidents in the order of time, and what is wrong with the file; `known` are all SLOs and services.
    Raises CallError for what can't be read."""
    try:
        text = read_regular(path, _MOST).decode("utf-8-sig")
        rows = rows_of(text, _MOST)
    except OSError as error:
        raise CallError(f"--incidents {path.as_posix()}: {why_unreadable(path, error)}") from None
    except UnicodeDecodeError:
        raise CallError(f"--incidents {path.as_posix()}: it is no text in UTF-8") from None
    except RowsError as error:
        where = Span(path.as_posix(), error.line)
        return (), [Problem(CODE, f"this is no CSV: {error}", where, error.hint or _HEAD)]
    table = _Table(path.as_posix(), text.splitlines(), frozenset(known))
    if not rows:
        return (), [Problem(CODE, "it has no incident", Span(table.path), _HEAD)]
    problems = list(table.head(rows[0][1]))
    found = list[Reported]()
    for line, row in () if problems else rows:
        each = table.incident(line, {name.lower(): cell for name, cell in row.items()})
        (found if isinstance(each, Reported) else problems).append(each)  # type: ignore[arg-type]
    ordered = sorted(found, key=lambda each: (each.start, each.end))
    return (() if has_errors(problems) else tuple(ordered)), problems


@dataclass(frozen=True, slots=True)
class _Table:
    """Where rows stand, so that what is wrong with them can be shown."""

    path: str
    lines: list[str]
    known: frozenset[str]

    def head(self, row: Mapping[str, str]) -> Iterator[Problem]:
        """What is wrong with the names of the columns; others than ours may be there."""
        names = [name.lower() for name in row]
        for needed in _COLUMNS[:2]:
            if needed not in names:
                near = did_you_mean(needed, names)
                hint = f"is it `{near.split('`')[1]}`? {_HEAD}" if near else _HEAD
                yield self._problem(1, f"no column is called `{needed}`", hint)
        alike = [name for name in names if name.startswith("slo") and name != "slo"]
        if alike and "slo" not in names:
            yield self._problem(1, f"the column `{alike[0]}` is not read", "call it `slo`")

    def incident(self, line: int, row: Mapping[str, str]) -> Reported | Problem:
        """The incident of a row, or what is wrong with it."""
        at = dict[str, int]()
        for name in _COLUMNS[:2]:
            text = row[name].strip()
            found = float(text) if _UNIX.fullmatch(text) else moment_of(text)
            if found is None:
                said = f"`{name}` is `{text}`, which is no time" if text else f"it has no `{name}`"
                return self._problem(line, said, _TIME, self._column(line, row, name))
            at[name] = round(found)
        if at["end"] <= at["start"]:
            column = self._column(line, row, "end")
            return self._problem(line, "it ends before it begins", "are start and end swapped?", column)
        slo = row.get("slo", "").strip()
        if slo and slo not in self.known:
            hint = did_you_mean(slo, self.known) or "leave it empty where it may have been any"
            message = f"no spec has an SLO or a service `{slo}`"
            return self._problem(line, message, hint, self._column(line, row, "slo"))
        return Reported(at["start"], at["end"], slo, text_of(row.get("name", "")))

    def _problem(self, line: int, message: str, hint: str, column: int = 1) -> Problem:
        text = self.lines[line - 1]
        return Problem(CODE, message, Span(self.path, line, column, column + 1, text), hint)

    def _column(self, line: int, row: Mapping[str, str], wanted: str) -> int:
        """Where a field begins, in a line that holds all of its row."""
        at = 0
        for name, cell in row.items():
            found = max(self.lines[line - 1].find(cell, at), at)
            if name == wanted:
                return found + 1
            at = found + len(cell) + 1  # and what divides them
        return 1
