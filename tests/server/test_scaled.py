"""The fast motion itself: what changes, what stays, and what is refused."""

from fractions import Fraction

import pytest
import yaml

from slogen.promql.parse import parse

from . import scaled

SIXTIETH = Fraction(1, 60)


@pytest.mark.parametrize(
    ("expr", "wanted"),
    [
        ('rate(x{a="5m"}[5m29s])', 'rate(x{a="5m"}[5483ms])'),
        ("x offset 1h5m", "x offset 65000ms"),
        ("last_over_time(x[1h]) > time() - 604800", "last_over_time(x[60000ms]) > time() - 10080"),
        ("time() - max by (a) (x) > 86400", "time() - max by (a) (x) > 1440"),
        (
            "last_over_time((x:y > 1)[1h:4m] offset 30m)",
            "last_over_time((x:y > 1)[60000ms:4000ms] offset 30000ms)",
        ),
        ("slo:sli_bad:rate1h * 3600 > 2.6", "slo:sli_bad:rate1h * 60 > 2.6"),
        ("slo:sli_total:rate5m * 1.728 >= 10", "slo:sli_total:rate5m * 0.0288 >= 10"),
        ("0 * slo:sli_total:rate5m + time()", "0 * slo:sli_total:rate5m + time()"),
        ("(a - a offset 5m) / 300", "(a - a offset 5000ms) / 5"),
        ("slo:sli_bad:rate5m / 7", None),
        ("a + 300", None),
        ("(a >= -Inf) >= bool 0.9", "(a >= -Inf) >= bool 0.9"),
    ],
)
def test_expressions(expr, wanted):
    if wanted is None:
        with pytest.raises(ValueError, match="what does"):
            scaled.scaled_expr(expr, SIXTIETH)
    else:
        assert scaled.scaled_expr(expr, SIXTIETH) == wanted


@pytest.mark.parametrize(
    "expr",
    [
        "slo:sli_error:ratio_rate1h > 0.0144",
        "vector(0.999)",
        "1 - slo:period_burn_rate:ratio",
        'sum without (slo_tile) (30 * label_replace(slo:sli_bad:rate30m, "slo_tile", "0", "", "")) / 90',
    ],
)
def test_shares_counts_and_tiles_stay(expr):
    assert scaled.scaled_expr(expr, SIXTIETH) == expr


def test_annotations():
    query = "`left{a=%q} * 86.4 / ignoring (w) (r > 0)` $labels.a"
    text = f"{{{{ with query (printf {query}) }}}} 2% of 1d in 5m {{{{ end }}}}"
    assert scaled.scaled_annotation(text, SIXTIETH) == text.replace("86.4", "1.44")


@pytest.mark.slow
def test_there_and_back(compiled):
    """At 1/4 and times 4 every generated rule means what it meant: nothing is scaled once and not again."""
    files = compiled(
        {"window": "30d"}, {"name": "short", "window": "1h"}, {"name": "low", "objective": 90}
    ).files
    for name, text in files.items():
        if name.startswith("prometheus/"):
            text = text.replace("999ms", "")  # a quarter of it is no whole millisecond
            again = scaled.scaled_rules(scaled.scaled_rules(text, Fraction(1, 4)), Fraction(4))
            assert [_meaning(rule) for rule in _rules(again)] == [_meaning(rule) for rule in _rules(text)]


@pytest.mark.slow
def test_everything_moves(compiled):
    """No duration of a generated rule is left as it was."""
    text = compiled({"window": "30d"}).files["prometheus/shop.rules.yaml"]
    slow, fast = (yaml.safe_load(t)["groups"] for t in (text, scaled.scaled_rules(text, SIXTIETH)))
    assert [group["interval"] for group in fast] == ["500ms", "2000ms"]
    for before, after in zip(_rules(text), _rules(yaml.safe_dump({"groups": fast})), strict=True):
        moved = before["expr"] != after["expr"]
        assert moved == any(word in before["expr"] for word in ("offset", "[", "time() -", "} * "))
    assert len(slow) == len(fast)


def _rules(text):
    return [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]


def _meaning(rule):
    """A rule with its expression parsed, so that `3600s` and `1h` are the same."""
    times = {
        key: scaled.scaled_duration(rule[key], Fraction(1))
        for key in ("for", "keep_firing_for")
        if key in rule
    }
    return rule | {"expr": parse(rule["expr"])} | times
