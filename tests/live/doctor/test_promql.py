"""Questions as PromQL that a parser reads."""

from __future__ import annotations

import pytest

from slogen.live.doctor.asks import Ask, Of, Only
from slogen.live.doctor.promql import expression, together
from slogen.promql.canonical import same
from slogen.promql.parse import parse, parse_selector

API = parse_selector('a_total{job="api"}')
ASKS = [
    (Ask(API), 'count(a_total{job="api"})'),
    (Ask(API, by=("x", "y")), 'count by (x, y) (a_total{job="api"})'),
    (Ask(API, of=Of.EVENTS), 'sum(increase(a_total{job="api"}[1h]))'),
    (Ask(API, only=Only.NAN), 'count(a_total{job="api"} != a_total{job="api"})'),
    (Ask(API, only=Only.NEGATIVE), 'count(a_total{job="api"} < 0)'),
    (Ask(API, ever=True), 'count(last_over_time(a_total{job="api"}[1d]))'),
    (Ask(API, without=parse_selector("b")), 'count(a_total{job="api"} unless b)'),
    (Ask(API, without=parse_selector("b"), on=("x",)), 'count(a_total{job="api"} unless on (x) b)'),
    (Ask(API, apart=("replica",)), 'count(count without (replica) (a_total{job="api"}))'),
]


@pytest.mark.parametrize(("ask", "wanted"), ASKS)
def test_a_question(ask, wanted):
    assert same(expression(ask, 86400), wanted)


def test_names_of_any_script_are_quoted():
    found = expression(Ask(parse_selector('{"запросы", "город"="Köln"}'), by=("город",)), 60)
    assert found.startswith('count by ("город") ({"запросы"')


def test_several_are_one_expression():
    text = together([expression(ask, 60) for ask, _ in ASKS])
    assert text.count("slogen_ask") == len(ASKS)
    parse(text)
