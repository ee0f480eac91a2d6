"""Trees as text: what is written is read back as the same tree, and selectors take matchers."""

from datetime import timedelta

import pytest

from slogen.promql.parse import parse
from slogen.promql.selector import Matcher
from slogen.promql.tree import Range, VectorSelector, walk
from slogen.promql.written import duration, narrowed, with_increases, written

V2 = Matcher("version", "=", "v2")
TEXTS = [
    "1.5",
    "-2",
    "Inf",
    "NaN",
    '"it\'s \\"so\\""',
    'a{x="1",y!="2",z=~"3|4",w!~"5\\\\.."}',
    '{"a.b",x="ü"}',
    "a offset 5m",
    "a offset -5m",
    "a[5m] offset 1m",
    "a[1s500ms]",
    "rate(a[5m:])",
    "max_over_time((a + b)[1h:30s] offset 5m)",
    "-a ^ 2",
    "(-a) ^ 2",
    "a - (b - c) - d",
    "a + b * c",
    "sum(a)",
    "sum by (x, y) (a)",
    "sum without () (a)",
    "topk by (x) (5, a)",
    'count_values("v", a)',
    "quantile(0.9, a)",
    "a / on () group_left () b",
    "a * ignoring (x) group_right (y) b",
    "a > bool 5",
    "a == bool on (x) b",
    "a and on (x) b or c unless ignoring (y) d",
    'label_replace(a, "x", "$1", "y", "(.*)")',
    "histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))",
    "time() - vector(1)",
    "a atan2 b % c",
]


@pytest.mark.parametrize("text", TEXTS)
def test_is_read_back_as_the_same(text):
    tree = parse(text)
    assert parse(written(tree)) == tree


def test_every_rule_that_ships_is_read_back_as_the_same(shipped_expressions):
    assert len(shipped_expressions) > 500
    for text in shipped_expressions:
        assert parse(written(parse(text))) == parse(text), text


@pytest.mark.parametrize("text", ["a @ 5", "rate(a[5m:1m] @ end())", '{x="1" or y="2"}'])
def test_what_a_tree_does_not_keep_is_not_written_wrong(text):
    with pytest.raises(ValueError, match="kept"):
        written(parse(text))


@pytest.mark.parametrize("text", [text for text in TEXTS if "{" not in text])
def test_each_selector_takes_the_matchers(text):
    tree = narrowed(parse(text), [V2])
    found = [node for node in walk(tree) if isinstance(node, VectorSelector)]
    assert all(V2 in node.matchers for node in found)
    assert parse(written(tree)) == tree
    assert len(found) == len([n for n in walk(parse(text)) if isinstance(n, VectorSelector)])


def test_ranges_may_be_written_otherwise():
    tree = narrowed(parse('rate(a{b="[7m7s]"}[7m7s])'), [])
    assert written(tree, lambda _: "{{ window }}") == 'rate(a{b="[7m7s]"}[{{ window }}])'
    assert isinstance(next(node for node in walk(tree) if isinstance(node, Range)), Range)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (300, "5m"), (0.5, "500ms"), (90.25, "1m30s250ms"), (86400, "1d")]
)
def test_durations(seconds, text):
    assert duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(rate(a[5m29s]))", "sum((increase(a[5m29s]) / 329))"),
        ("rate(a[1s500ms]) > 0", "(increase(a[1s500ms]) / 1.5) > 0"),
        ("irate(a[5m]) + rate(a[5m:1m])", "irate(a[5m]) + rate(a[5m:1m])"),
        ("max by (x) (clamp_min(rate(a[1m]), 0))", "max by (x) (clamp_min((increase(a[1m]) / 60), 0))"),
    ],
)
def test_rates_as_increases(text, expected):
    assert written(with_increases(parse(text))) == expected
