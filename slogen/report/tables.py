"""Tables for people, as text, Markdown and HTML, of the same cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from rich.cells import cell_len

from slogen.report.visible import visible

GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """A column; numbers stand at its right."""

    title: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, and the kind of news that it is: "good", "warn", "bad", "lost" or ""."""

    text: str
    mood: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as there are columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


_COLOURS = {"good": "32", "warn": "33", "bad": "31;1", "lost": "35"}


def text(table: Table, *, colour: bool = False) -> list[str]:
    """Lines with the columns under each other. Widths are those of a terminal's cells."""
    titles = [visible(column.title) for column in table.columns]
    shown = [[visible(cell.text) for cell in row] for row in table.rows]
    widths = [max(map(cell_len, column), default=0) for column in zip(titles, *shown, strict=True)]
    lines = [_line(titles, table.columns, widths)]
    for row, texts in zip(table.rows, shown, strict=True):
        moods = [cell.mood if colour else "" for cell in row]
        lines.append(_line(texts, table.columns, widths, moods))
    return lines


def _line(
    texts: Sequence[str], columns: Sequence[Column], widths: Sequence[int], moods: Sequence[str] = ()
) -> str:
    parts = []
    for number, (said, column, width) in enumerate(zip(texts, columns, widths, strict=True)):
        pad = " " * (width - cell_len(said))
        mood = moods[number] if moods else ""
        painted = f"\x1b[{_COLOURS[mood]}m{said}\x1b[0m" if mood else said
        parts.append(pad + painted if column.is_number else painted + pad)
    return GAP.join(parts).rstrip()


def markdown(table: Table) -> list[str]:
    """Lines of a Markdown table."""
    head = [in_markdown(column.title) for column in table.columns]
    rule = ["--:" if column.is_number else "---" for column in table.columns]
    rows = [[in_markdown(cell.text) for cell in row] for row in table.rows]
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]


def in_markdown(said: str) -> str:
    """A text that means nothing in Markdown."""
    for char in "\\|*_`<>[]":
        said = said.replace(char, "\\" + char)
    return visible(said)


def html(table: Table) -> list[str]:
    """Lines of an HTML table; moods are classes."""
    return [
        "<table>",
        f"<thead><tr>{''.join(_cell('th', c, column.title) for c, column in enumerate_(table))}</tr></thead>",
        "<tbody>",
        *(f"<tr>{''.join(_filled(table, row))}</tr>" for row in table.rows),
        "</tbody>",
        "</table>",
    ]


def enumerate_(table: Table) -> Iterable[tuple[str, Column]]:
    """The class of each column, and the column."""
    return (("number" if column.is_number else "", column) for column in table.columns)


def _filled(table: Table, row: Sequence[Cell]) -> Iterable[str]:
    for (kind, _), cell in zip(enumerate_(table), row, strict=True):
        yield _cell("td", " ".join(filter(None, (kind, cell.mood))), cell.text)


def _cell(tag: str, kind: str, said: str) -> str:
    classes = f' class="{kind}"' if kind else ""
    return f"<{tag}{classes}>{escape(visible(said))}</{tag}>"


def page(title: str, body: Iterable[str]) -> str:
    """A page of its own: no script, nothing loaded from elsewhere, fit to be printed."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(visible(title))}</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            *body,
            "</body>",
            "</html>",
        ]
    )


_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem;
  color: #1f2328; background: #fff; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; } .said { color: #59636e; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d1d9e0; vertical-align: top; }
th { border-bottom-width: 2px; } .number { text-align: right; white-space: nowrap; }
.good { color: #116329; } .warn { color: #7d4e00; } .bad { color: #b31d28; } .lost { color: #6e40aa; }
.warn, .bad, .lost { font-weight: 600; }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117; } .said { color: #9da7b1; }
  th, td { border-color: #3d444d; }
  .good { color: #4ac26b; } .warn { color: #e3b341; } .bad { color: #ff7b72; } .lost { color: #d2a8ff; } }
@media print { body { color: #000; background: #fff; margin: 0; max-width: none; font-size: 11px; }
  tr { break-inside: avoid; } thead { display: table-header-group; } }
"""
