"""Sides of an SLI: selectors, and PromQL with a placeholder."""

import pytest

from slogen.promql.parse import PromqlError
from slogen.sli.placeholder import render
from slogen.sli.template import side

WINDOW = 300


@pytest.mark.parametrize(
    ("text", "grown"),
    [
        ('e{a="b"}', 'growth of e{a="b"}'),
        ("rate(e[{{ window }}])", "growth of e"),
        ("\n  sum by (a) (rate(e[{{window}}]))\n", "growth of e"),
        ("sum by (a) (rate(e[{{ window }}] offset 5m))", "sum by (a) (rate(e[5m] offset 5m))"),
        ("2 * rate(a[{{- window -}}])", "2 * (\n  growth of a\n)"),
        ("(rate(a[{{ window }}]))", "growth of a"),
        ('rate(e{a="#"}[{{ window }}])', 'growth of e{a="#"}'),
    ],
)
def test_growth_stands_for_rates(text, grown):
    assert side(text, ()).grown(WINDOW, "growth of {}".format, increases=False) == grown


def test_window_of_hours():
    assert render("rate(e[{{ window }}])", 5400) == "rate(e[90m])"


def test_what_it_reads():
    found = side('rate(a[{{ window }}]) - rate(b{x="y"}[{{ window }}])', ())
    assert [str(selector) for selector in found.reads] == ["a", 'b{x="y"}']
    assert found.bare is None


@pytest.mark.parametrize(
    "text",
    [
        "sum by (model, code) (rate(e[{{ window }}]))",
        "sum without (code) (rate(e[{{ window }}]))",
        "rate(e[{{ window }}])",
        "sum by (model) (rate(a[{{ window }}])) / 2",
    ],
)
def test_groups_that_survive(text):
    assert side(text, ("model",)).text == text


@pytest.mark.parametrize(
    "text",
    [
        "sum(rate(e[{{ window }}]))",
        "((sum by (x) (rate(e[{{ window }}]))))",
        "max without (model) (rate(e[{{ window }}]))",
    ],
)
def test_groups_that_are_lost(text):
    with pytest.raises(PromqlError, match="drops `model`"):
        side(text, ("model",))


@pytest.mark.parametrize(
    "text",
    [
        "{{ foo }}",
        "{{ ''.__class__ }}",
        "{{ window.__init__.__globals__ }}",
        "{{ window.upper() }}",
        "{{ 1 / 0 }}",
        "{{ self }}",
        "{{ cycler }}",
        "{% import 'os' as o %}",
        "{% include 'x' %}",
        "{{ window | upper }}",
        "{{",
        "{%",
        "rate(e[{{ window ~ 'x' }}])",
        "{% if 1 %}rate(e[{{ window }}]){% endif %}",
        "{{ ['a'] * 3 }}",
        "{{" + "(" * 5000,
    ],
)
def test_only_the_window_is_known(text):
    with pytest.raises(PromqlError) as caught:
        side(text, ())
    assert "{{ window }}" in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("increase(e[{{ window }}])", "per window"),
        ("sum(delta(e[{{ window }}])) / 300", "per window"),
        ("irate(e[{{ window }}])", "last two samples"),
        ("rate(e[{{ window }}] @ 5)", "never change"),
        ("rate(e[{{ window }}]) # now", "comments"),
    ],
)
def test_no_mean_rate_over_the_window(text, words):
    with pytest.raises(PromqlError, match=words):
        side(text, ())


@pytest.mark.parametrize(
    ("text", "by", "expected"),
    [
        ("sum(2 * rate(e[{{ window }}]))", (), True),
        ("(sum by (b, a) (2 * rate(e[{{ window }}])))", ("a", "b"), True),
        ("sum by (a) (2 * rate(e[{{ window }}]))", (), False),
        ("sum by (a, b) (2 * rate(e[{{ window }}]))", ("a",), False),
        ("sum without (b) (2 * rate(e[{{ window }}]))", ("a",), False),
        ("sum(rate(e[{{ window }}])) / 2", (), False),
    ],
)
def test_what_needs_no_further_sum(text, by, expected):
    assert side(text, by).is_summed is expected


BOMBS = {
    "power": "{{ 9 ** (9 ** 9) }}",
    "loops": "".join(f"{{% for {x} in 'aaaaaaaaaa' %}}" for x in "abcdefgh") + "x" + "{% endfor %}" * 8,
    "range": "{% for i in range(10 ** 9) %}x{% endfor %}",
    "width": "{{ '%999999999d' % 1 }}",
    "repeat": "{{ 'a' * 10 ** 10 }}",
    "recursion": "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
}


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_neither_hang_nor_fill_the_memory(run_python, bomb):
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2 ** 29, 2 ** 29))\n"
        "from slogen.sli.template import *\n"
        "try: side(input(), ())\nexcept PromqlError: print('no')"
    )
    assert run_python(code, stdin=BOMBS[bomb], seconds=3) == "no\n"
