"""Conditions of time slices: what they mean, and the verdict they become."""

from decimal import Decimal

import pytest

from slogen.promql.parse import PromqlError
from slogen.sli.condition import ConditionError, read_condition


def single(text, by=()):
    found = read_condition(text, by, 329).comparison
    return found.value, found.operator, found.threshold, found.above_is_good


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("avg(score) >= 0.85", ("avg(score)", ">=", Decimal("0.85"), True)),
        ("( (avg(score) > 0.85) )", ("avg(score)", ">", Decimal("0.85"), True)),
        ("0.2 >= max(drift)", ("max(drift)", "<=", Decimal("0.2"), False)),
        ("depth < 2 * 60 * 60", ("depth", "<", Decimal(7200), False)),
        ("state != -1", ("state", "!=", Decimal(-1), None)),
        ("state == 1.5e3", ("state", "==", Decimal(1500), None)),
        ('a{b="c > 3"} - b >= 0', ('a{b="c > 3"} - b', ">=", Decimal(0), True)),
        ("sum(a\n  / b) <= 1", ("sum(a\n  / b)", "<=", Decimal(1), False)),
    ],
)
def test_a_comparison(text, expected):
    assert single(text) == expected


def test_the_threshold_is_exact():
    assert single("x > 0.1")[2] == Decimal("0.1")
    assert single("x > 1 / 8")[2] == Decimal("0.125")


@pytest.mark.parametrize(
    ("text", "by", "verdict"),
    [
        # What is no number is filtered out first: `bool` alone makes it false, and `!= bool` true.
        ("avg(score) >= 0.85", (), "(avg(score) >= -Inf) >= bool 0.85"),
        ("0.85 < avg(score)", (), "(avg(score) >= -Inf) > bool 0.85"),
        # Nothing says that there is one series: the condition must hold for each.
        ("score != 1", (), "min((score >= -Inf) != bool 1)"),
        ("score > 1", ("model",), "min by (model) ((score >= -Inf) > bool 1)"),
        (
            "avg by (a, model) (score) > 1",
            ("model",),
            "min by (model) ((avg by (a, model) (score) >= -Inf) > bool 1)",
        ),
        ("avg by (model) (score) > 1", ("model",), "(avg by (model) (score) >= -Inf) > bool 1"),
        ("time() - max(x) < 9", (), "(time() - max(x) >= -Inf) < bool 9"),
    ],
)
def test_the_verdict(text, by, verdict):
    assert read_condition(text, by, 329).verdict == verdict


def test_several_are_joined_by_what_they_mean():
    both = read_condition("max(a) > 1 and max(b) < 2 or max(c) == 3", (), 329)
    assert both.comparison is None
    assert [part.value for part in both.comparisons()] == ["max(a)", "max(b)", "max(c)"]
    assert [str(selector) for selector in both.reads] == ["a", "b", "c"]
    assert " ".join(both.verdict.split()) == (
        "clamp_max( ( ( (max(a) >= -Inf) > bool 1 ) * ( (max(b) >= -Inf) < bool 2 ) ) "
        "+ ( (max(c) >= -Inf) == bool 3 ), 1 )"
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("x > 1", 0),
        ("rate(x[1h]) > 1", 3600),
        ("max_over_time(rate(x[5m])[1h:1m]) > 1", 3900),
        ("rate(x[{{ window }}]) > 1", 329),
    ],
)
def test_how_far_it_looks_back(text, seconds):
    assert read_condition(text, (), 329).lookback == seconds


def test_what_is_no_promql_is_told_apart():
    with pytest.raises(ConditionError):
        read_condition("avg(x)", (), 329)
    with pytest.raises(PromqlError, match="syntax") as error:
        read_condition("avg(x", (), 329)
    assert not isinstance(error.value, ConditionError)


def test_the_condition_of_a_bad_slice():
    assert read_condition("(0.5 <= avg(x))", (), 329).opposite == "avg(x) < 0.5"
    joined = read_condition("max(a) > 1 and max(b) < 2 or max(c) == 3", (), 329)
    assert joined.holds == "((max(a) > 1) and on () (max(b) < 2)) or on () (max(c) == 3)"
    assert joined.opposite == "((max(a) <= 1) or on () (max(b) >= 2)) and on () (max(c) != 3)"
