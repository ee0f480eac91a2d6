import pytest
from rich.cells import cell_len

from slogen.diagnostics import Problem, Severity, Span
from slogen.report import text


def test_a_whole_report(problems: list[Problem]) -> None:
    assert (
        text.render(problems)
        == """\
warning[no-specs]: there is nothing to do

specs/b.yaml:7:3: error[duplicate-key]: `a` is given twice
  |   abc: 1
  |   ^^^
  = hint: keep one

specs/a.yaml:2:1: error[bad-number]: second
  | x
  | ^

what a code means, and how to mend it: docs/problems.md
3 problems (2 errors, 1 warning) in 2 files"""
    )


@pytest.mark.parametrize(
    ("problems", "line"),
    [
        ([], "no problems"),
        ([Problem("a", "b", severity=Severity.INFO)], "1 problem (1 info)"),
        ([Problem("a", "b", Span("f"))] * 2, "2 problems (2 errors) in 1 file"),
    ],
)
def test_summary(problems: list[Problem], line: str) -> None:
    assert text.render(problems).splitlines()[-1] == line


def test_where_codes_are_explained_is_said_once(problems: list[Problem]) -> None:
    assert text.render(problems, left=problems).count("docs/problems.md") == 1
    assert "docs/" in text.render([], left=problems)
    assert "docs/" not in text.render([])


@pytest.mark.parametrize(
    ("line", "column", "end", "marked"),
    [
        ("ab: cd", 5, 7, "cd"),
        ("\tab: cd", 6, 8, "cd"),
        ("日本: cd", 5, 7, "cd"),
        ("a: 日本語", 4, 6, "日本"),
        ("😀: cd", 4, 6, "cd"),
        ("e\u0301: cd", 5, 7, "cd"),
        ("a\x1b: cd", 5, 7, "cd"),
        ("a:\xa0cd", 3, 4, "\\xa0"),
        ("k: " + "x" * 90 + "cd" + "y" * 90, 94, 96, "cd"),
        ("k: " + "日" * 90 + "cd" + "本" * 90, 94, 96, "cd"),
        ("\t" * 90 + "cd" + "\x00" * 90, 91, 93, "cd"),
    ],
)
def test_carets_stand_below_the_span(line: str, column: int, end: int, marked: str) -> None:
    shown, indent, width = text.excerpt(Span("f", 1, column, end, line))
    before = shown.partition(marked)[0]
    assert (cell_len(before), cell_len(marked)) == (indent, width)
    assert cell_len(shown) <= 102


def test_long_spans_end_where_the_line_is_cut() -> None:
    shown, indent, width = text.excerpt(Span("f", 1, 5, 4000, "abc " + "x" * 5000))
    assert shown.startswith("abc xxx")
    assert shown.endswith("x…")
    assert indent + width == cell_len(shown)


def test_the_end_of_a_long_line() -> None:
    shown, indent, width = text.excerpt(Span("f", 1, 501, 502, "x" * 500))
    assert shown.startswith("…xxx")
    assert (indent, width) == (cell_len(shown), 1)


def test_tabs_become_spaces() -> None:
    assert text.excerpt(Span("f", 1, 2, 3, "\ta:\tb")) == ("    a:    b", 4, 1)


def test_a_missing_value_is_marked_behind_the_line() -> None:
    assert text.excerpt(Span("f", 1, 7, 8, "owner:")) == ("owner:", 6, 1)


def test_further_lines_are_indented() -> None:
    report = text.render([Problem("c", "first\nsecond\x1b[0m", None, "do\nthis")])
    assert report.splitlines()[:4] == ["error[c]: first", "  second\\x1b[0m", "  = hint: do", "    this"]
