"""What the tree of an expression tells of the labels of its series."""

from fractions import Fraction

import pytest

from slogen.promql.parse import parse
from slogen.promql.shape import constant, is_scalar, labels_of


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("a", None),
        ("rate(a[5m])", None),
        ("sum(a)", ""),
        ("-sum(a)", ""),
        ("sum by (x, y) (a)", "xy"),
        ("sum by (x, y) (avg by (x) (a))", "x"),
        ("sum without (x) (a)", None),
        ("sum without (x) (sum by (x, y) (a))", "y"),
        ("topk(3, sum by (x) (a))", "x"),
        ("count_values('v', a)", None),
        ("sum by (x) (a) / sum by (x) (b)", "x"),
        ("sum by (x, y) (a) / on (x) sum by (x) (b)", "x"),
        ("sum by (x, y) (a) / ignoring (y) sum by (x) (b)", "x"),
        ("sum by (x, y) (a) / on (x) group_left sum by (x) (b)", None),
        ("time() - max by (x) (a)", "x"),
        ("max by (x) (a) or vector(0)", "x"),
        ("sum(a) unless b", ""),
        ("clamp_max(sum by (x) (a), 1)", "x"),
        ("histogram_quantile(0.9, sum by (le, x) (a))", "x"),
        ("histogram_quantile(0.9, a)", None),
        ("max_over_time(sum by (x) (a)[5m:1m])", "x"),
        ("label_replace(sum(a), 'x', '', '', '')", None),
        ("absent(sum(a))", None),
        ("vector(1)", ""),
    ],
)
def test_labels(text, labels):
    assert labels_of(parse(text)) == (None if labels is None else frozenset(labels))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", True), ("time()", True), ("scalar(a)", True), ("-(1 + time())", True),
        ("vector(1)", False), ("a", False), ("a + 1", False), ("time() - a", False),
    ],
)  # fmt: skip
def test_numbers(text, number):
    assert is_scalar(parse(text)) is number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Fraction(1, 10)), ("-(2 + 3) * 4", -20), ("2 ^ 3", 8), ("2 ^ -1", Fraction(1, 2)),
        ("1 / 3", Fraction(1, 3)), ("1 / 0", None), ("NaN", None), ("Inf", None), ("time()", None),
        ("a", None), ("2 ^ 0.5", None), ("0 ^ -1", None),
    ],
)  # fmt: skip
def test_constants(text, value):
    assert constant(parse(text)) == value
