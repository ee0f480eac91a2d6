import pytest

from slogen.load.document import Document
from slogen.load.reader import read

TEXT = """\
service: chat-api
slos:
  - name: ttft
    objective: 95
    sli: {latency: {threshold: "500ms"}}
  - description: |
      two
      lines
    owner:
"""


@pytest.fixture
def document() -> Document:
    return read("a.yaml", TEXT)[0][0]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("service",), (1, 10, 18)),
        (("slos",), (3, 3, 15)),
        (("slos", 0, "objective"), (4, 16, 18)),
        (("slos", 0, "sli", "latency", "threshold"), (5, 32, 39)),
        (("slos", 1, "description"), (6, 18, 19)),
        (("slos", 1, "owner"), (9, 11, 12)),
        ((), (1, 1, 18)),
    ],
)
def test_place_of_a_value(
    document: Document, path: tuple[str | int, ...], place: tuple[int, int, int]
) -> None:
    span = document.span(path)
    assert (span.line, span.column, span.end_column) == place
    assert span.text == TEXT.splitlines()[span.line - 1]


@pytest.mark.parametrize(
    ("path", "place"),
    [(("slos",), (2, 1, 5)), (("slos", 0, "sli", "latency"), (5, 11, 18)), (("slos", 1), (6, 5, 19))],
)
def test_place_of_a_key(document: Document, path: tuple[str | int, ...], place: tuple[int, int, int]) -> None:
    span = document.span(path, key=True)
    assert (span.line, span.column, span.end_column) == place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("slos", 0, "sli", "latency", "histogram"), (5, 11, 18)),
        (("slos", 0, "window"), (3, 5, 15)),
        (("slos", 7, "name"), (2, 1, 5)),
        (("slos", -1), (2, 1, 5)),
        (("slos", "name"), (2, 1, 5)),
        (("service", "x"), (1, 10, 18)),
        (("owner",), (1, 1, 18)),
    ],
)
def test_what_is_missing_is_shown_where_it_is_missing(
    document: Document, path: tuple[str | int, ...], place: tuple[int, int, int]
) -> None:
    span = document.span(path)
    assert (span.line, span.column, span.end_column) == place


def test_an_alias_is_shown_at_its_anchor() -> None:
    document = read("a", "a: &x {b: 1}\nc: *x")[0][0]
    assert document.span(("c", "b")) == document.span(("a", "b"))


def test_lines_are_those_of_an_editor() -> None:
    document = read("a", b'\xef\xbb\xbfa: "\xe2\x80\xa8\xf0\x9f\x98\x80"\r\nb: 1\r\n')[0][0]
    assert document.span(("b",)).line == 2
    assert document.span(("a",)).text == 'a: "\u2028😀"'
    assert document.span(("a",)).end_column == 8
