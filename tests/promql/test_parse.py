"""What slogen takes as a selector, and what it says about the rest."""

import pytest

from slogen.promql.parse import PromqlError, parse, parse_selector, selectors
from slogen.promql.selector import Matcher, Selector, one_of
from slogen.promql.tree import Call


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("up", "up"),
        ("up{}", "up"),
        ('  up { job = "a" , x=~"b|c", } ', 'up{job="a",x=~"b|c"}'),
        ("up{a!='b', c!~`d\"`}", 'up{a!="b",c!~"d\\""}'),
        ('{__name__="up", job="a"}', 'up{job="a"}'),
        ("vllm:ttft_seconds", "vllm:ttft_seconds"),
        ('{"http.requests", job="a"}', '{"http.requests",job="a"}'),
    ],
)
def test_selector_is_written_back(text, written):
    assert str(parse_selector(text)) == written
    assert str(parse_selector(written)) == written


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("up[5m]", "write `up`; slogen adds rate"),
        ("sum(up)", "not an aggregation"),
        ("rate(up[5m])", "not a function call"),
        ("a / b", "not an operation"),
        ("-up", "not an operation"),
        ("1", "not a number"),
        ("'up'", "not a string"),
        ("up[5m:1m]", "not a subquery"),
        ("up offset 5m", "no offset"),
        ("up @ 1", "no @"),
        ('{job="a"}', "no metric name"),
        ('{__name__=~"a|b"}', "no metric name"),
        ('{job="a" or job="b"}', "alternatives"),
        ("", "PromQL"),
        ("up{", "PromQL syntax error"),
        ('up{a=~"("}', "PromQL"),
    ],
)
def test_refused_with_words(text, words):
    with pytest.raises(PromqlError) as caught:
        parse_selector(text)
    assert words in f"{caught.value} {caught.value.hint}"


def test_suffix_and_further_matchers():
    found = Selector("h", (Matcher("job", "=", "a"),))
    assert found.suffixed("_bucket", Matcher("le", "=", "1")) == 'h_bucket{job="a",le="1"}'
    assert found.only("job", "le") == found.matchers


@pytest.mark.parametrize(
    ("selector", "written"),
    [
        (Selector("up").where(job="a", self='b"'), 'up{job="a",self="b\\""}'),
        (Selector("up").where(one_of("job", ["a", "b"])).where(x="1"), 'up{job=~"a|b",x="1"}'),
        (parse_selector('up{job="a"}').where(Matcher("x", "!=", ""), y="1"), 'up{job="a",x!="",y="1"}'),
        (Selector("").where(Matcher("__name__", "=~", "a|b"), x="1"), '{__name__=~"a|b",x="1"}'),
        (Selector("a b").where(x="1"), '{"a b",x="1"}'),
        (Selector("on").where(x="1"), '{__name__="on",x="1"}'),
        (Selector("up").where(), "up"),
    ],
)
def test_further_matchers_are_added_behind(selector, written):
    assert str(selector) == written
    parse(written)


def test_quoted_names_need_prometheus_3():
    assert parse_selector('{"http.requests"}').needs_utf8
    assert parse_selector('requests{"http.code"="500"}').needs_utf8
    assert not parse_selector("requests:rate5m").needs_utf8


@pytest.mark.parametrize("name", ["on", "by", "inf", "nan", "bool", "sum", "offset"])
def test_keywords_as_names(name):
    written = str(parse_selector(f'{{__name__="{name}"}}'))
    assert isinstance(parse(f"rate({written}[5m])"), Call)


def test_selectors_of_an_expression_each_once():
    found = selectors(parse('sum(rate(a{x="1"}[5m])) / (sum(rate(b[5m])) + sum(rate(a{x="1"}[5m])))'))
    assert [str(selector) for selector in found] == ['a{x="1"}', "b"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["(" * 5000 + "a" + ")" * 5000, "-" * 5000 + "a", "a" + "+a" * 5000, "sum(" * 3000 + "a"]
)
def test_absurd_expressions_are_refused_at_once(run_python, text):
    code = "from slogen.promql.parse import *\ntry: parse_selector(input())\nexcept PromqlError: print('no')"
    assert run_python(code, stdin=text, seconds=3) == "no\n"
