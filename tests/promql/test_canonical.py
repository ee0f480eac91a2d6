"""Expressions that say the same, and those that don't."""

import pytest

from slogen.promql.canonical import same

SAME = [
    ('a{b="c",d="e"} > 1', 'a{d="e",b="c"}>1.0'),
    ("sum by (a, b) (x)", "(sum by(b, a) ((x)))"),
    ("a / on (x) group_left () b", "a / on(x) group_left() b"),
    ('rate({__name__="a"}[5m])', "rate(a[300s])"),
    ("a or b or c", "(a or b) or c"),
    ("a == bool 1", "a ==bool 1"),
    ("a / b", "a / ignoring () b"),
    ("max_over_time((time() - a)[1h:5m] offset 1d)", "max_over_time(((time() - a))[60m:300s] offset 24h)"),
    ('a{b="\\\\d"}', "a{b='\\\\d'}"),
    (" or ".join(["a"] * 2000), "  or  ".join(["a"] * 2000)),
]
OTHERS = [
    ("a", "b"),
    ("a > 1", "a > 1.1"),
    ("a > 1", "a > bool 1"),
    ('a{b="c"}', 'a{b!="c"}'),
    ("rate(a[5m])", "rate(a[6m])"),
    ("a offset 5m", "a"),
    ("sum by (a) (x)", "sum without (a) (x)"),
    ("a / on (x) b", "a / on (y) b"),
    ("a - (b - c)", "a - b - c"),
    ("a", "a{"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same(one, other):
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_not_the_same(one, other):
    assert not same(one, other)
    assert not same(other, one)
