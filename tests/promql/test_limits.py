"""Bounds on what users write."""

import pytest

from slogen.promql.limits import refusal, without_strings


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("e{a='" + "x" * 4000 + "'}", "characters"),
        ("(" * 51 + "e" + ")" * 51, "nested"),
        ("e" + "+e" * 101, "operators"),
        ("e" + " and e" * 101, "operators"),
        ("-" * 101 + "e", "operators"),
        ("rate(e[2y])", "2y is longer than a year"),
        ("rate(e[999999999999s])", "longer than a year"),
        ("rate(e[99999999999999999999999s])", "not a duration"),
        ("e offset -9999d1h", "not there yet"),
        ("sum(e OFFSET - 5m)", "not there yet"),
        ('e{a="\\xff"}', "broken character"),
        ('e{a="\\\\\\xff"}', "broken character"),
        ('e{a="x\\xef\\277\\xbd"}', "broken character"),
        ("e OFFSET\n99999999999999999999999999", "not a duration"),
        ("e offset inf", "not a duration"),
        ("sum_over_time(e[1h:1e300])", "not a duration"),
    ],
)
def test_beyond(text, words):
    assert words in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        'e{a="((((((((((((((((((((((((((((((((((((((((((((((((((((((", b=~"1y|2y|9999y"}',
        "(" * 50 + "e" + ")" * 50,
        "e" + "+e" * 99,
        "rate(e[1y]) + max_over_time(e[1h:]) + min_over_time(e[ 1h30m : 1m ] offset 1w)",
        'e{a="\\xc3\\xa9"}',
        "e{a=~`caf\\xe9`}",  # a regular expression's own escape
        'e{a=~"caf\\\\xe9"}',
        "sum by (offset, a) (e) + sum by (offset) (e)",
        "slo:rate9999y:e9999d",
    ],
)
def test_within(text):
    assert refusal(text) == ""


def test_strings_are_emptied():
    assert without_strings('a{b="#\\"", c=\'#\', d=`#\\`} # x') == 'a{b="", c="", d=""} # x'
