"""Selectors that are written plainly are read without the parser, and just as the parser reads them."""

import promql_parser
import pytest

from slogen.promql.tree import _node, _plain_selector

PLAIN = (
    "up",
    "job:up:sum",
    'x{a="b"}',
    'x{a="b",c!="d"}',
    'x{a="b", c=~"5..|4.."}',
    'x{a="",b!~"a-b/c d"}',
    'x{a="{é}$1`\'",a="b"}',
    'sum_of{by_="x",le="+Inf"}',
)
NOT_PLAIN = (
    "sum",
    'Inf{a="b"}',
    'on{a="b"}',
    "x[5m]",
    "x offset 5m",
    "x{}",
    'x{a="b",}',
    "x{a='b'}",
    'x{a="\\\\d"}',
    'x{a=~"[a-z]+"}',
    'x{a=~"(b"}',
    'x{__name__="y"}',
    '{a="b"}',
    'x{"a"="b"}',
    "1",
    "x + y",
)


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_selector_is_what_the_parser_makes_of_it(text: str) -> None:
    assert _plain_selector(text) == _node(promql_parser.parse(text))


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_whatever_else_is_left_to_the_parser(text: str) -> None:
    assert _plain_selector(text) is None
