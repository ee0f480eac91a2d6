import pytest

from slogen.load import compose
from slogen.load.reader import read


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: b: c", 1, 5, "`:` cannot stand here"),
        ("a: 1\n  b: 2", 2, 4, "`:` cannot stand here"),
        ("a:\n\tb: 1", 2, 1, "tab"),
        ("a: 1\n\tb: 1", 2, 1, "tab"),
        ("a: 'x\nb: 1\n", 1, 4, "not closed"),
        ("a: [1\n", 1, 4, "`[` of line 1"),
        ("a: [1,\n", 1, 7, "value was expected"),
        ("a: 1\nb: {c: 1\nd: 2\n", 3, 2, "`{` of line 2"),
        ("a: @x", 1, 4, "cannot begin with `@`"),
        ("a: *.com", 1, 4, "cannot begin with `*`"),
        ("a: 1\nb\n\n", 2, 1, "neither"),
        ("a: 'it's'", 1, 8, "key was expected"),
        ('a: "\\d"', 1, 5, "`\\d` is no escape"),
        ("a: - b", 1, 4, "list item"),
        ("a: *x", 1, 4, "no anchor"),
        ("a: &x 1\nb: &x 2", 2, 4, "twice"),
        ("a: 1\n... b", 2, 5, "end of a document"),
        ("!a!b c", 1, 1, "undefined tag handle"),
    ],
)
def test_messages_say_where_and_what(text: str, line: int, column: int, words: str) -> None:
    _, (problem,) = read("a.yaml", text)
    assert problem.code == "yaml-syntax"
    assert words in problem.message
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (line, column)
    assert problem.span.text == text.split("\n")[line - 1]


@pytest.mark.parametrize(
    "text", ["a: b: c", "a: [", "a: @x", "a: 'x", "a: *x", 'a: "\\UFFFFFFFF"', "%YAML x\n---\na"]
)
def test_the_parser_in_python_is_understood_too(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "Loader", compose.PureLoader)
    _, (problem,) = read("a.yaml", text)
    assert problem.code == "yaml-syntax"
