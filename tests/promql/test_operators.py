"""Expressions are taken apart at their outermost operator, in the user's words."""

import pytest

from slogen.promql.operators import Split, split
from slogen.promql.parse import parse
from slogen.promql.tree import Binary, bare_tree

TEXTS = [
    "a > 1",
    "(a > 1)",
    "a > 1 and b < 2",
    "a > 1 and b < 2 or c == 3 and d != 4",
    "(a > 1 or b < 2) and c == 3",
    "a > 1 unless b",
    "a >= 1 AND b <= 2",
    'a{x=">= 5", y=~"or|and"} >= 5',
    "sum(a > 1) >= 2",
    "a > b > 1",
    "a{x='(', y=`)`} > 1",
    "avg by (or_label) (a) < -1",
    "rate(a[5m] offset 1m) * 2 + 1 != 3",
]


@pytest.mark.parametrize("text", TEXTS)
def test_as_the_parser_sees_it(text):
    tree, found = bare_tree(parse(text)), split(text)
    assert isinstance(tree, Binary)
    assert found.operator == tree.op
    assert parse(found.left) == tree.left
    assert parse(found.right) == tree.right


@pytest.mark.parametrize("text", ["a", "sum(a > 1)", "(a)", "a + b", 'a{x="> 1"}', "(a) + (b)"])
def test_nothing_to_split(text):
    assert split(text) is None


def test_the_words_are_the_users():
    assert split("( sum( a )  >=  1e3 )") == Split("sum( a )", ">=", "1e3")
