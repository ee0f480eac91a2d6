"""Writing PromQL."""

from hypothesis import given
from hypothesis import strategies as st

from slogen.promql.parse import parse_selector
from slogen.promql.text import any_of, indent, quote, selector, wrapped


def test_selector():
    assert selector("up", {}) == "up"
    assert selector("up", {"job": 'a"b', "x": "\\"}) == 'up{job="a\\"b",x="\\\\"}'


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffd")))
def test_quoted_values_are_read_back(value):
    assert parse_selector(f"up{{job={quote(value)}}}").matchers[0].value == value


def test_a_character_that_prometheus_takes_for_broken():
    assert quote("\ufffd") == r'"\ufffd"'


def test_layout():
    assert indent("a\n\nb", 4) == "    a\n\n    b"
    assert indent('a{b=`c\nd`, e=`f`}\n+\n"`"') == '  a{b="c\\nd", e=`f`}\n  +\n  "`"'
    assert wrapped("sum by (x) ", "a\nb") == "sum by (x) (\n  a\n  b\n)"
    assert any_of(["a", "b", "c"]) == "a\nor\nb\nor\nc"
