"""Regular expressions as RE2 reads them; each verdict was compared with promtool's."""

import pytest

from slogen.promql.parse import PromqlError, parse_selector
from slogen.promql.regex import refusal


@pytest.mark.parametrize(
    "pattern",
    [
        "5..|4..",
        "a+?b*?",
        "(?i)a",
        "(?i:a)b",
        "(?s-i:x)",
        "(?P<n>a)",
        "()",
        "[]a]",
        "[^]a]",
        r"[\]a\d-]",
        "[[:^word:]x]",
        r"\d+\.\d+",
        r"a\-b\/c\ d",
        r"\x41",
        r"\x{41}",
        r"\pL",
        r"\p{Greek}",
        r"[\pL\P{^Lu}]",
        r"a\z",
        "{a",
        "a{x}",
        "^*",
        "x{1000}",
        "(a{30}){30}",
        "(?:a{2,1000}b)+",
        "(a|b){0}",
    ],
)
def test_what_prometheus_reads(pattern):
    assert refusal(pattern) == ""


@pytest.mark.parametrize(
    "pattern",
    [
        "(?x) a",
        "(?u)a",
        "(?<n>a)",
        "(?R)a",
        "a++",
        "a*+",
        "a+?+",
        "a{2}{3}",
        r"\u0041",
        r"[\u0041]",
        r"\U00000041",
        r"\p{Alphabetic}",
        r"\p{sc=Greek}",
        "x{1001}",
        "a{99999999999}",
        "(a{100}){100}",
        "(a{3,}){400}",
        "[[:foo:]]",
    ],
)
def test_what_prometheus_refuses(pattern):
    assert "RE2" in refusal(pattern)


@pytest.mark.parametrize("pattern", ["[a-z&&[^b]]", "[a~~b]", "[a--b]", "[[a]b]", "a{,5}", r"\<a"])
def test_what_prometheus_reads_otherwise(pattern):
    assert "something else" in refusal(pattern)


def test_a_selector_with_such_a_pattern_is_refused():
    with pytest.raises(PromqlError, match="RE2"):
        parse_selector('e{a!~"(?x) b"}')
