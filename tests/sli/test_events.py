"""The pair of `events`: golden expressions, each with the reason why it is right, judged by promtool."""

from textwrap import dedent

import pytest

TOTAL = 'slo:sli_total:rate5m{slo_id="shop/availability"}'
RATE = "[5m29s]"  # n intervals need n + 1 scrapes: a scrape (30s) more than the base, less a second
CASES = {
    # A service that never failed has no error series: 0 for every total. The sum takes the rule's own
    # labels off the recorded total, or both sides of `or` would become the same series. An error counter
    # mostly stands at 0, where `rate` doesn't extrapolate: what it grew by is exact.
    "bad": (
        {"bad": 'e{job="a"}', "total": 't{job="a"}'},
        f'sum(rate(t{{job="a"}}{RATE}))',
        f"""\
        sum(
          (e{{job="a"}} - last_over_time(e{{job="a"}}[29s] offset 5m)) / 300
          and resets(e{{job="a"}}{RATE}) == 0
          or
          rate(e{{job="a"}}{RATE})
        )
        or
        0 * sum({TOTAL})""",
    ),
    "bad-by": (
        {"bad": "e", "total": "t", "by": ["model", "region"]},
        f"sum by (model, region) (rate(t{RATE}))",
        f"""\
        sum by (model, region) (
          (e - last_over_time(e[29s] offset 5m)) / 300
          and resets(e{RATE}) == 0
          or
          rate(e{RATE})
        )
        or
        0 * sum by (model, region) ({TOTAL})""",
    ),
    # Never a success means all bad; the two rates are extrapolated apart, so good may exceed total.
    "good": (
        {"good": "g", "total": "t"},
        f"sum(rate(t{RATE}))",
        f"""\
        clamp_min(
          sum({TOTAL}) - (
            sum(rate(g{RATE}))
            or
            0 * sum({TOTAL})
          ),
          0
        )""",
    ),
    "template": (
        {"bad": "rate(a[{{ window }}]) + rate(b[{{ window }}])", "total": "sum(rate(t[{{ window }}]))"},
        f"sum(rate(t{RATE}))",
        f"""\
        sum(
          label_replace(
            sum(
              (a - last_over_time(a[29s] offset 5m)) / 300
              and resets(a{RATE}) == 0
              or
              rate(a{RATE})
            ),
            "slo_term", "1", "", ""
          )
          or
          label_replace(
            sum(
              (b - last_over_time(b[29s] offset 5m)) / 300
              and resets(b{RATE}) == 0
              or
              rate(b{RATE})
            ),
            "slo_term", "2", "", ""
          )
        )
        or
        0 * sum({TOTAL})""",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_pair(compiled, rules_of, judge, case):
    config, total, bad = CASES[case]
    result = compiled({"sli": {"events": config}})
    assert [rule.expr for rule in rules_of(result, "slo:sli_total:rate5m")] == [total]
    assert [rule.expr for rule in rules_of(result, "slo:sli_bad:rate5m")] == [dedent(bad)]
    judge([result])


def test_rare_counts_each_side_by_itself(compiled, rules_of, judge):
    sli = {"events": {"bad": 'e{job="a",x="y"}', "total": 't{job="a"}', "by": ["model"], "rare": True}}
    result = compiled({"sli": sli})
    [total] = rules_of(result, "slo:sli_total:rate5m")
    assert total.expr.startswith("sum by (model) (")
    assert total.expr.endswith(") / 300")
    assert (
        'up{job="a"} offset 5m == 1' in total.expr
    )  # was scraped before: a newborn counter, not one first seen
    assert "rate(" not in total.expr
    judge([result, compiled({"sli": {"events": {"bad": "e", "total": "t", "rare": True}}})])


def test_rare_needs_no_tolerance(compiled, rules_of):
    sli = {"events": {"bad": 'e{job="a"}', "total": 't{job="a"}', "rare": True}}
    [page, *_] = rules_of(compiled({"sli": sli}), "SLOErrorBudgetBurn")
    assert "* 3600 > 2.5" in page.expr  # at least 3 events, counted one by one


@pytest.mark.parametrize(
    ("total", "up"),
    [
        ('t{job="a",x="y"}', 'up{job="a"}'),
        ('t{job=~"a|b",instance="c"}', 'up{job=~"a|b",instance="c"}'),
        ("t", None),
        ('t{job!="a"}', None),
        ('t{job=~".+"}', None),
        ('sum(rate(t{job="a"}[{{ window }}])) + sum(rate(u{job="b"}[{{ window }}]))', 'up{job="b"}'),
        ('sum(rate(t{job="a"}[{{ window }}])) + sum(rate(u[{{ window }}]))', None),
    ],
)
def test_which_targets(compiled, rules_of, total, up):
    result = compiled({"sli": {"events": {"bad": "e", "total": total}}})
    [absent] = rules_of(result, "SLODataAbsent")
    assert ("up{" in absent.expr) == (up is not None)
    assert f"{up} == 1" in absent.expr or up is None
    assert [p.code for p in result.problems if p.code == "absent-unknown-up"] == ["absent-unknown-up"] * (
        up is None
    )


def test_names_of_prometheus_3(compiled, judge, request):
    sli = {"events": {"bad": '{"http.errors","http.code"="500"}', "total": '{"http.requests"}'}}
    result = compiled({"sli": sli}, settings={"prometheus": {"min_version": "3.0"}})
    assert result.ok
    if "3.5" in request.node.name:
        judge([result])
