"""Values know where they stand, and which of them nobody read."""

import pytest

from slogen.load.reader import read
from slogen.moving.reading import Value, WrongShapeError

TEXT = """\
name: shop
empty: {}
nothing:
on: 012
list: [a, {b: c, d: e}]
"""


@pytest.fixture
def root():
    (document,), _ = read("a.yaml", TEXT)
    return Value.of(document)


def test_text_is_as_written(root):
    """`012` is a number in YAML, and a label's value here."""
    assert root.need("on").text() == "012"


def test_places_are_those_of_the_value(root):
    span = root.need("list").each()[1].need("d").span()
    assert (span.path, span.line, span.column) == ("a.yaml", 5, 21)
    assert root.need("name").span(key=True).column == 1


def test_what_is_null_is_not_there(root):
    assert root.get("nothing") is None
    assert [name for name, _ in root.items()] == ["name", "empty", "on", "list"]


def test_the_first_name_that_is_there_is_taken(root):
    assert root.get("other", "name").text() == "shop"


@pytest.mark.parametrize(
    ("ask", "wanted"),
    [
        (lambda root: root.need("other"), "`other`"),
        (lambda root: root.need("name").each(), "a list"),
        (lambda root: root.need("list").items(), "a mapping"),
        (lambda root: root.need("list").text(), "text"),
        (lambda root: root.need("name").flag(), "true or false"),
    ],
)
def test_other_shapes_are_told(root, ask, wanted):
    with pytest.raises(WrongShapeError, match=wanted):
        ask(root)


def test_the_largest_unread_parts(root):
    root.need("name").text()
    root.need("list").each()[1].need("b").text()
    assert [part.path for part in root.unread()] == [("on",), ("list", 0), ("list", 1, "d")]
    root.mark()
    assert [*root.unread()] == []
