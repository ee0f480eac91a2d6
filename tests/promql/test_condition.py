"""Conditions must be able to end, and must not hold without data. (Refusals: tests/bad/promql/exclude-*.)"""

import pytest

from slogen.promql.condition import read_condition, sample
from slogen.promql.parse import PromqlError


@pytest.mark.parametrize(
    "text",
    [
        'maintenance{service="shop"} == 1',
        "count(maintenance == 1)",
        "sum(maintenance) > 0",
        "a == 1 or b == 1",
        "a and on () b == 1",
        "a == 1 unless on () b == 1",
        "max_over_time((a == 1)[10m:1m])",
        "time() - started < 600",
        "(a) > 0",
    ],
)
def test_accepted_as_written(text):
    assert read_condition(f" {text} ", (2, 42)) == text


@pytest.mark.parametrize(
    "text",
    [
        "a", "a == bool 1", "a or b == 1", "a unless b == 1", "absent(a)", "absent(a) == 1",
        "a == 1 or vector(1)",
                "vector(1)", "1 == bool 1", "a[5m]", "scalar(a)", "-a", "hour() < 4 or on () a == 1", "a ==",
    ],
)  # fmt: skip
def test_refused(text):
    with pytest.raises(PromqlError):
        read_condition(text, (2, 42))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('a{b=~"x|y"} == 1', ('a{b="x"}', 1, 2)),
        ("a > 0", ("a", 1, 0)),
        ("a >= 1", ("a", 1, 0)),
        ("a < 3", ("a", 2, 3)),
        ("a <= 3", ("a", 3, 4)),
        ("(a != 0)", ("a", 1, 0)),
        ("sum(a) > 0", None),
        ("a offset 5m == 1", None),
        ("a == 1 or b == 1", None),
    ],
)
def test_a_series_for_the_proof(text, found):
    assert sample(text) == found
