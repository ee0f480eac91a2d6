"""The pair of `latency`: golden expressions, judged by promtool."""

from textwrap import dedent

import pytest

TOTAL = 'slo:sli_total:rate5m{slo_id="shop/availability"}'
CASES = {
    # Only what can be judged counts: where the bucket is missing there is no SLO, not a perfect one.
    "classic": (
        {"histogram": 'h_seconds{job="a"}', "threshold": "500ms", "by": ["model"]},
        """\
        sum by (model) (
          rate(h_seconds_count{job="a"}[5m29s])
          and ignoring (le)
          rate(h_seconds_bucket{job="a",le="0.5"}[5m29s])
        )""",
        f"""\
        clamp_min(
          sum by (model) ({TOTAL}) - (
            sum by (model) (rate(h_seconds_bucket{{job="a",le="0.5"}}[5m29s]))
          ),
          0
        )""",
    ),
    # Only where there was traffic: the fraction of nothing is not a number, and would poison every window.
    "native": (
        {"histogram": "h_seconds", "threshold": "1m30s", "native": True},
        "histogram_count(sum(rate(h_seconds[5m29s])))",
        f"""\
        (1 - histogram_fraction(-Inf, 90, sum(rate(h_seconds[5m29s])))) * (sum({TOTAL}) > 0)
        or
        0 * sum({TOTAL})""",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_pair(compiled, rules_of, judge, case):
    config, total, bad = CASES[case]
    result = compiled({"sli": {"latency": config}})
    assert [rule.expr for rule in rules_of(result, "slo:sli_total:rate5m")] == [dedent(total)]
    assert [rule.expr for rule in rules_of(result, "slo:sli_bad:rate5m")] == [dedent(bad)]
    judge([result])


def test_a_missing_bucket_is_told_of_and_only_there(compiled, rules_of):
    classic, native = (
        {"histogram": "h_seconds", "threshold": "1s", "native": native} for native in (False, True)
    )
    [guard] = rules_of(compiled({"sli": {"latency": classic}}), "SLOMetaBucketMissing")
    assert " ".join(guard.expr.split()) == (
        r'count( h_seconds_count unless ignoring (le) h_seconds_bucket{le=~"1(\\.0)?"} )'
    )
    assert rules_of(compiled({"sli": {"latency": native}}), "SLOMetaBucketMissing") == []


def test_words(compiled, rules_of):
    sli = {"latency": {"histogram": "h_seconds", "threshold": "1500ms"}}
    [page, *_] = rules_of(compiled({"sli": sli}), "SLOErrorBudgetBurn")
    assert "of events took longer than 1500ms over the last 1h" in page.annotations["description"]


def test_one_slip_one_problem(compiled):
    sli = {"latency": {"histogram": "h_seconds_bucket", "threshold": "1s"}}
    assert [problem.code for problem in compiled({"sli": sli}).problems] == ["histogram-suffix"]
