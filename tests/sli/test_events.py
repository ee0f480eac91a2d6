"""The pair of `events`: golden expressions, each with the reason why it is right, judged by promtool."""

from textwrap import indent
from typing import Any

import pytest

TOTAL, GOOD = (f'slo:sli_{side}:rate5m{{slo_id="shop/availability"}}' for side in ("total", "good"))
LOOKS = "[6m15s:1m15s]"  # the first of them at the start of the base window, or before it


def _grown(name, job=""):
    """What a counter grew by: between its last values at both ends; where it is born after its target was
    scraped, from 0; where nobody knows, from its first value; over a reset with the peak before it."""
    metric = f'{name}{{job="{job}"}}' if job else name
    scrapes = f"(count_over_time({metric}{LOOKS}) or 0 * {metric})"
    born = f"""\
      or
      0 * (
        {scrapes} < on (job, instance) group_left () min by (job, instance) (
          sum_over_time(up{{job="{job}"}}{LOOKS}) > 0
          or
          0 * (up{{job="{job}"}} == 1)
        )
        unless (
          {metric} offset 20m
          or
          {metric} offset 1h
        )
      )
"""
    return f"""\
  (
    last_over_time({metric}[5m]) - (
      last_over_time({metric}[1m59s] offset 5m)
{born if job else ""}      or
      min_over_time({metric}[5m])
    )
    + max_over_time({metric}[5m29s999ms]) * clamp_max(resets({metric}[5m29s999ms]), 1)
    >= 0
    or
    {metric}
  ) / 300"""


CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    # A service that never failed has no error series: 0 for every total. The sum takes the rule's own
    # labels off the recorded total, or both sides of `or` would become the same series.
    "bad": (
        {"bad": 'e{job="a"}', "total": 't{job="a"}'},
        f"sum(\n{_grown('t', 'a')}\n)",
        f"sum(\n{_grown('e', 'a')}\n)\nor\n0 * sum({TOTAL})",
    ),
    "bad-by": (
        {"bad": "e", "total": "t", "by": ["model", "region"]},
        f"sum by (model, region) (\n{_grown('t')}\n)",
        f"sum by (model, region) (\n{_grown('e')}\n)\nor\n0 * sum by (model, region) ({TOTAL})",
    ),
    # Never a success means all bad.
    "good": (
        {"good": "g", "total": "t"},
        f"sum(\n{_grown('t')}\n)",
        f"sum(\n{_grown('g')}\n)\nor\n0 * sum({TOTAL})",
    ),
    "late": (  # the range reaches a scrape further than the base
        {"bad": "sum(rate(b[{{ window }}] offset 1m))", "total": "sum(rate(t[{{ window }}] offset 1m))"},
        "sum(rate(t[5m29s] offset 1m))",
        f"sum(rate(b[5m29s] offset 1m))\nor\n0 * sum({TOTAL})",
    ),
    "counts": (
        {"bad": "sum(changes(b[{{ window }}]))", "total": "sum(changes(t[{{ window }}]))"},
        "(\n  sum(changes(t[5m29s]))\n) / 329",
        f"(\n  sum(changes(b[5m29s]))\n) / 329\nor\n0 * sum({TOTAL})",
    ),
    "template": (
        {"bad": "rate(a[{{ window }}]) + rate(b[{{ window }}])", "total": "sum(rate(t[{{ window }}]))"},
        f"sum(\n{_grown('t')}\n)",
        f"""\
sum(
  label_replace(
    sum(
{indent(_grown("a"), "    ")}
    ),
    "slo_term", "1", "", ""
  )
  or
  label_replace(
    sum(
{indent(_grown("b"), "    ")}
    ),
    "slo_term", "2", "", ""
  )
)
or
0 * sum({TOTAL})""",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_pair(compiled, rules_of, case):
    config, total, counted = CASES[case]
    result = compiled({"sli": {"events": config}})
    side = "good" if "good" in config else "bad"
    assert [rule.expr for rule in rules_of(result, "slo:sli_total:rate5m")] == [total]
    assert [rule.expr for rule in rules_of(result, f"slo:sli_{side}:rate5m")] == [counted]


@pytest.mark.parametrize("case", CASES)
def test_pair_is_judged(compiled, judge, case):
    judge([compiled({"sli": {"events": CASES[case][0]}})])


def test_bad_is_what_is_not_good(compiled, rules_of):
    """Signed, of recorded series: counters that are not in step even out within a window."""
    result = compiled({"sli": {"events": {"good": "g", "total": "t"}}})
    assert [rule.expr for rule in rules_of(result, "slo:sli_bad:rate5m")] == [f"{TOTAL} - {GOOD}"]
    assert not rules_of(compiled(), "slo:sli_good:rate5m")


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


def test_rare_events_of_two_lives_are_two(compiled, rules_of):
    """What a process counted says nothing of what the next one has counted."""
    sli = {"events": {"bad": 'e{job="a",x="y"}', "total": 't{job="a"}', "rare": True}}
    [total] = rules_of(compiled({"sli": sli}), "slo:sli_total:rate5m")
    for function in ("max", "min"):
        start = f'{function}_over_time(process_start_time_seconds{{job="a"}}[5m29s])'
        assert f">= on (job, instance) group_left () {function} by (job, instance) ( {start} )" in " ".join(
            total.expr.split()
        )


def test_rare_needs_no_tolerance(compiled, rules_of):
    sli = {"events": {"bad": 'e{job="a"}', "total": 't{job="a"}', "rare": True}}
    [page, *_] = rules_of(compiled({"sli": sli}), "SLOErrorBudgetBurn")
    assert "* 21600 > 2.5" in page.expr  # at least 3 events, counted one by one


@pytest.mark.parametrize(
    ("total", "up"),
    [
        ('t{job="a",x="y"}', 'up{job="a"}'),
        ('t{job="a",namespace="n"}', 'up{job="a",namespace="n"}'),
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
    alerts = rules_of(result, "SLODataAbsent")
    assert [alert.labels["severity"] for alert in alerts] == ["page", "ticket"][up is None :]
    for alert in alerts:
        assert ("up{" in alert.expr) == (up is not None)
        assert f"{up} == 1" in alert.expr or up is None
    assert [p.code for p in result.problems if p.code == "absent-unknown-up"] == ["absent-unknown-up"] * (
        up is None
    )


def test_names_of_prometheus_3(compiled, judge, request):
    sli = {"events": {"bad": '{"http.errors","http.code"="500"}', "total": '{"http.requests"}'}}
    result = compiled({"sli": sli}, settings={"prometheus": {"min_version": "3.0"}})
    assert result.ok
    if "3.5" in request.node.name:
        judge([result])
