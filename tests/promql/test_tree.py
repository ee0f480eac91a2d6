"""What is read from an expression's tree, which is converted once from the parser's."""

from datetime import timedelta

import pytest

from slogen.promql.parse import parse
from slogen.promql.selector import Matcher
from slogen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Grouping,
    Number,
    Paren,
    Range,
    String,
    Subquery,
    Unary,
    VectorSelector,
    bare_tree,
    children,
    walk,
)

A, B = VectorSelector("a"), VectorSelector("b")
FIVE, ONE = timedelta(minutes=5), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1.5", Number(1.5)),
        ("-2", Number(-2)),
        ("Inf", Number(float("inf"))),
        ("'it''s'".replace("''", "\\'"), String("it's")),
        ("`a\\.b`", String("a\\.b")),
        ("a{}", A),
        ("((a))", Paren(Paren(A))),
        ("-a", Unary(A)),
        (
            'a{x="1",y!="2",z=~"3|4",w!~"5"}',
            VectorSelector(
                "a",
                (
                    Matcher("x", "=", "1"),
                    Matcher("y", "!=", "2"),
                    Matcher("z", "=~", "3|4"),
                    Matcher("w", "!~", "5"),
                ),
            ),
        ),
        ('{"a.b"}', VectorSelector(None, (Matcher("__name__", "=", "a.b"),))),
        ('{x="1" or y="2"}', VectorSelector(None, (), has_alternatives=True)),
        ("a offset 5m", VectorSelector("a", offset=FIVE)),
        ("a offset -5m", VectorSelector("a", offset=-FIVE)),
        ("a @ 5", VectorSelector("a", has_at=True)),
        ("a @ end()", VectorSelector("a", has_at=True)),
        ("a[5m] offset 1m", Range(VectorSelector("a", offset=ONE), FIVE)),
        ("a[1s500ms]", Range(A, timedelta(seconds=1.5))),
        ("a[5m:1m] offset 1m", Subquery(A, FIVE, ONE, ONE)),
        ("a[5m:] @ start()", Subquery(A, FIVE, has_at=True)),
        ("time()", Call("time", (), is_scalar=True)),
        ("scalar(a)", Call("scalar", (A,), is_scalar=True)),
        ("rate(a[5m])", Call("rate", (Range(A, FIVE),))),
        ("clamp(a, 0, 1)", Call("clamp", (A, Number(0), Number(1)))),
        ("sum(a)", Aggregation("sum", A)),
        ("SUM BY (x, y) (a)", Aggregation("sum", A, None, Grouping(("x", "y")))),
        ("sum(a) without (x)", Aggregation("sum", A, None, Grouping(("x",), keeps=False))),
        ("topk(3, a)", Aggregation("topk", A, Number(3))),
        ('count_values("v", a)', Aggregation("count_values", A, String("v"))),
        ("a + b", Binary("+", A, B)),
        ("a OR b", Binary("or", A, B)),
        ("a > bool 1", Binary(">", A, Number(1), returns_bool=True)),
        ("a / on (x) b", Binary("/", A, B, Grouping(("x",)))),
        ("a unless ignoring (x) b", Binary("unless", A, B, Grouping(("x",), keeps=False))),
        ("a + ignoring () b", Binary("+", A, B, Grouping((), keeps=False))),
        ("a * on (x) group_left (y, z) b", Binary("*", A, B, Grouping(("x",)), "left", ("y", "z"))),
        ("a * on (x) group_right b", Binary("*", A, B, Grouping(("x",)), "right")),
        ("a - b - a", Binary("-", Binary("-", A, B), A)),
        ("a ^ b ^ a", Binary("^", A, Binary("^", B, A))),
        ("a + b * a", Binary("+", A, Binary("*", B, A))),
        ("a * -b", Binary("*", A, Unary(B))),
    ],
)
def test_what_is_read(text, tree):
    assert parse(text) == tree
    assert hash(parse(text)) == hash(tree)


def test_every_node_is_met_in_the_order_of_the_text():
    read = "label_replace(last_over_time(a[5m:1m]) > 2, 'x', '$1', 'y', '')"
    tree = parse(f"topk(3, -sum by (x) (rate(a[5m]))) / (b) + {read}")
    kinds = [type(node) for node in walk(tree)]
    assert kinds == [
        *(Binary, Binary, Aggregation, Number, Unary, Aggregation, Call, Range, VectorSelector),
        *(Paren, VectorSelector, Call, Binary, Call, Subquery, VectorSelector, Number, *[String] * 4),
    ]  # fmt: skip


def test_a_leaf_has_no_children():
    assert children(A) == children(Number(1)) == children(String("")) == ()


def test_parentheses_are_taken_off_the_outside_alone():
    assert bare_tree(parse("((a + (b)))")) == Binary("+", A, Paren(B))


@pytest.mark.slow
def test_chains_of_any_length_are_read():
    """As slogen writes them for services with many SLOs."""
    tree = parse("\nor\n".join(f"a{n}" for n in range(3000)))
    names = [node.name for node in walk(tree) if isinstance(node, VectorSelector)]
    assert names == [f"a{n}" for n in range(3000)]
