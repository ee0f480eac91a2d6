"""The rows of a CSV file, by the names in its first line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import Any, Final

_SEPARATORS: Final = ",;\t"
Rows = tuple[tuple[int, Mapping[str, str]], ...]  # each with the line that it ends in


class RowsError(Exception):
    """What is wrong with a table: in which line, from 1 on, and what helps; "" where nobody knows."""

    def __init__(self, message: str, hint: str = "", line: int = 1) -> None:
        super().__init__(message)
        self.hint, self.line = hint, line


def rows_of(text: str, longest: int) -> Rows:
    """All rows but empty ones; fields are divided by what the first line has most of: commas, semicolons or
    tabs, and have `longest` characters at most. Raises RowsError."""
    head = text.partition("\n")[0]
    csv.field_size_limit(longest)
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=max(_SEPARATORS, key=head.count), strict=True)
    try:
        return tuple(_records(reader))
    except csv.Error as error:
        raise RowsError(str(error), line=reader.line_num) from None


def _records(reader: Any) -> Iterator[tuple[int, Mapping[str, str]]]:
    columns: list[str] = []
    for record in reader:
        if not any(cell.strip() for cell in record):
            continue
        if not columns:
            columns = [cell.strip() for cell in record]
            if twice := {name for name in columns if name and columns.count(name) > 1}:
                raise RowsError(f"the column `{min(twice)}` is there twice", "give each its own name")
            continue
        if len(record) != len(columns):
            message = f"this row has {len(record)} fields, and the first line names {len(columns)}"
            raise RowsError(message, "was it written to its end?", reader.line_num)
        yield reader.line_num, dict(zip(columns, record, strict=True))
