"""Series that selectors match, and regular expressions that Prometheus reads in its own way."""

import warnings

import pytest

from slogen.promql.parse import parse_selector
from slogen.promql.solve import matches, solve


@pytest.mark.parametrize(
    ("op", "pattern", "value", "expected"),
    [
        *(("=", "a", "a", True), ("!=", "a", "a", False), ("=~", "a|b", "b", True), ("=~", "a", "ab", False)),
        *(("!~", "5..", "500", False), ("!~", "5..", "", True), ("=", "", "", True), ("=~", ".*", "", True)),
    ],
)
def test_matches_like_prometheus(op, pattern, value, expected):
    [matcher] = parse_selector(f'e{{code{op}"{pattern}"}}').matchers
    assert matches(matcher, {"code": value} if value else {}) is expected


def test_inside_and_outside():
    errors, requests = parse_selector('e{job="a",code=~"5.."}'), parse_selector('e{job="a"}')
    bad, good = solve([errors, requests], (), {}), solve([requests], (errors,), {})
    assert bad is not None
    assert good is not None
    assert bad["job"] == good["job"] == "a"
    assert bad["code"].startswith("5")
    assert not good.get("code", "").startswith("5")


def test_nothing_matches():
    assert solve([parse_selector('e{a="1"}'), parse_selector('e{a="2"}')], (), {}) is None


@pytest.mark.parametrize(
    "pattern", [r"a(?i)b", r"\\pL", r"(?U)a", r"\\x{41}", r"a\\z", r"(?-i)x", "[[:alpha:]]"]
)
def test_patterns_of_re2_raise_nothing(compiled, pattern):
    sli = {"events": {"bad": f'e{{code=~"{pattern}"}}', "total": "e"}}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compiled({"sli": sli}, settings={"targets": ["tests"]}).ok
