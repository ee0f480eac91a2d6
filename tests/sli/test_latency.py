"""The pair of `latency`: golden expressions, judged by promtool."""

from textwrap import dedent

import pytest

TOTAL, GOOD = (f'slo:sli_{side}:rate5m{{slo_id="shop/availability"}}' for side in ("total", "good"))
RATE = "sum(rate(h_seconds[5m29s]))"
BUCKET = 'h_seconds_bucket{le="0.5"}'
PEAK = f"max without (le) (max_over_time({BUCKET}[5m29s999ms]))"
CASES = {
    # Only what can be judged counts: where the bucket is missing there is no SLO, not a perfect one. `le` may
    # be written anew (1 becomes 1.0): the bucket's value goes on.
    "classic": (
        {"histogram": "h_seconds", "threshold": "500ms", "by": ["model"]},
        f"""\
        sum by (model) (
          (
            (
              last_over_time(h_seconds_count[5m]) - (
                last_over_time(h_seconds_count[1m59s] offset 5m)
                or
                min_over_time(h_seconds_count[5m])
              )
              + max_over_time(h_seconds_count[5m29s999ms]) * clamp_max(resets(h_seconds_count[5m29s999ms]), 1)
              >= 0
              or
              h_seconds_count
            ) / 300
          )
          and
          max without (le) (last_over_time({BUCKET}[5m29s]))
        )""",
        f"""\
        sum by (model) (
          (
            max without (le) (last_over_time({BUCKET}[5m])) - (
              max without (le) (last_over_time({BUCKET}[1m59s] offset 5m))
              or
              max without (le) (min_over_time({BUCKET}[5m]))
            )
            + {PEAK} * clamp_max(max without (le) (resets({BUCKET}[5m29s999ms])), 1)
            >= 0
            or
            max without (le) ({BUCKET})
          ) / 300
        )
        or
        0 * sum by (model) ({TOTAL})""",
    ),
    # Only where there was traffic: the fraction of nothing is not a number, and would poison every window.
    "native": (
        {"histogram": "h_seconds", "threshold": "1m30s", "native": True},
        "histogram_count(sum(rate(h_seconds[5m29s])))",
        f"""\
        histogram_fraction(-Inf, 90, {RATE}) * histogram_count({RATE}) >= 0
        or
        0 * sum({TOTAL})""",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_pair(compiled, rules_of, judge, case):
    config, total, good = CASES[case]
    result = compiled({"sli": {"latency": config}})
    assert [rule.expr for rule in rules_of(result, "slo:sli_total:rate5m")] == [dedent(total)]
    assert [rule.expr for rule in rules_of(result, "slo:sli_good:rate5m")] == [dedent(good)]
    assert [rule.expr for rule in rules_of(result, "slo:sli_bad:rate5m")] == [f"{TOTAL} - {GOOD}"]
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
    assert "of events took longer than 1500ms over the last 6h" in page.annotations["description"]


def test_one_slip_one_problem(compiled):
    sli = {"latency": {"histogram": "h_seconds_bucket", "threshold": "1s"}}
    assert [problem.code for problem in compiled({"sli": sli}).problems] == ["histogram-suffix"]
