"""The pair of kinds that measure time: golden expressions, and what is filled in when, judged by promtool."""

from __future__ import annotations

import json
import re
import subprocess
from textwrap import dedent

import pytest

TOTAL, GOOD = (f'slo:sli_{side}:rate5m{{slo_id="shop/availability"}}' for side in ("total", "good"))
LOOKS = "scalar(count_over_time(vector(1)[5m:30s]))"
CASES = {
    "timeslices": (
        {"timeslices": {"good": 'avg(score{job="a"}) >= 0.85'}},
        '(avg(score{job="a"}) >= -Inf) >= bool 0.85',
        300,
    ),
    "timeslices-by": (
        {"timeslices": {"good": "score > 1", "by": ["model"], "slice": "1h"}},
        "min by (model) ((score >= -Inf) > bool 1)",
        3600,
    ),
    # As far in the future as it may be old: a clock is wrong, or milliseconds are taken for seconds.
    "freshness": (
        {"freshness": {"timestamp": "max(built)", "max_age": "2h", "missing": "ignore"}},
        "(abs(time() - ((max(built)) != 0)) >= -Inf) <= bool 7200",
        300,
    ),
    "freshness-milliseconds": (
        {"freshness": {"timestamp": "built", "max_age": "90s", "unit": "milliseconds", "missing": "ignore"}},
        "min((abs(time() - ((built) != 0) / 1000) >= -Inf) <= bool 90)",
        300,
    ),
    # Of several targets each counts for its share; what isn't a number is not a failure.
    "probe": (
        {"probe": {"metric": 'probe_success{job="a"}', "by": ["region"]}},
        'avg by (region) ((probe_success{job="a"} >= 0) > bool 0)',
        30,
    ),
}


def pair(rules_of, result):
    """Total, and good or bad: what is recorded from raw data."""
    good = "good" if rules_of(result, "slo:sli_good:rate5m") else "bad"
    return tuple(rules_of(result, f"slo:sli_{side}:rate5m")[0].expr for side in ("total", good))


@pytest.mark.parametrize("case", CASES)
def test_pair(compiled, rules_of, judge, case):
    sli, share, length = CASES[case]
    result = compiled({"objective": 95, "sli": sli})
    total, good = pair(rules_of, result)
    points = f"(\n  (\n    {share}\n  )[5m:30s]\n)"
    assert total == f"count_over_time{points} / {LOOKS} / {length}"
    assert good == f"sum_over_time{points} / {LOOKS} / {length}"
    [bad] = rules_of(result, "slo:sli_bad:rate5m")
    assert bad.expr == f"{TOTAL} - {GOOD}"
    judge([result])


@pytest.mark.parametrize(
    ("ratio", "share", "side"),
    [
        ({"error": "e"}, "avg(clamp_max((e) >= 0, 1))", "bad"),
        ({"good": "sum by (m) (g)", "by": ["m"]}, "clamp_max((sum by (m) (g)) >= 0, 1)", "good"),
    ],
)
def test_pair_of_a_ratio(compiled, rules_of, judge, ratio, share, side):
    result = compiled({"sli": {"ratio": ratio}})
    points = f"(\n  (\n    {share}\n  )[5m:30s]\n)"
    assert pair(rules_of, result) == (
        f"count_over_time{points} / {LOOKS}",
        f"sum_over_time{points} / {LOOKS}",
    )
    assert len(rules_of(result, "slo:sli_good:rate5m")) == (side == "good")
    judge([result])


def test_looks_are_no_closer_than_samples(compiled, rules_of):
    sli = {"timeslices": {"good": "score > 1"}}
    for prometheus, step in (({"scrape_interval": "60s"}, "1m"), ({"evaluation_interval": "50s"}, "50s")):
        result = compiled({"objective": 95, "sli": sli}, settings={"prometheus": prometheus})
        assert f"[5m:{step}]" in pair(rules_of, result)[0]


@pytest.mark.parametrize("missing", ["bad", "good"])
def test_what_is_filled_in(compiled, rules_of, judge, missing):
    sli = {"timeslices": {"good": "max by (m) (s{job='a'}) > 1", "by": ["m"], "missing": missing}}
    result = compiled({"objective": 95, "sli": sli})
    value = "0 *" if missing == "bad" else "1 + 0 *"
    assert dedent(f"""\
        or
        {value} max by (m) (
          slogen_last_seen_timestamp_seconds{{slo_id="shop/availability"}}
          and on ()
          last_over_time(slogen_up{{slo_service="shop"}}[3m] offset 2m)
        )""") in dedent(re.sub(r"(?m)^    ", "", pair(rules_of, result)[0]))
    judge([result])


def test_memory_is_of_real_data_alone(compiled, rules_of, judge):
    filled = {"name": "f", "objective": 95, "sli": {"timeslices": {"good": "s > 1", "missing": "bad"}}}
    alerting = {"absent": {"forget": "1h"}}
    result = compiled({}, {**filled, "alerting": alerting})
    of_all, of_filled = rules_of(result, "slogen_last_seen_timestamp_seconds")
    assert of_all.expr.count('{slo_service="shop",slo!~"f"}') == 8
    now, carried = of_filled.expr.split("\nor\n")
    assert now == "0 * (\n  min((s >= -Inf) > bool 1)\n) + time()"
    seen = 'slogen_last_seen_timestamp_seconds{slo_id="shop/f"}'
    back = [f"{seen} offset {t}" for t in ("2h", "5h", "12h", "1d", "3d")]
    looks = [seen, f"last_over_time({seen}[1h:4m])", *back]
    assert " ".join(carried.split()) == f"( max( {' or '.join(looks)} ) ) > time() - 3600"
    assert of_filled.labels["slo_id"] == "shop/f"
    judge([result])
    [only] = rules_of(compiled(filled), "slogen_last_seen_timestamp_seconds")
    assert only.labels["slo"] == "f"


@pytest.mark.parametrize(
    ("missing", "good", "alerts"),
    [
        ("ignore", "max(s{job='a'}) > 1", "gone page, gone away never ticket"),
        ("bad", "max(s{job='a'}) > 1", "never ticket"),  # burn alerts tell of the rest
        ("good", "max(s{job='a'}) > 1", "gone page, gone away never ticket"),
        ("good", "max(s) > 1", "away never ticket"),
    ],
)
def test_absence_is_told_once(compiled, rules_of, missing, good, alerts):
    result = compiled({"objective": 95, "sli": {"timeslices": {"good": good, "missing": missing}}})
    found = rules_of(result, "SLODataAbsent")
    signs = {"gone": "unless on () (\n  up", "away": "< time() - 86400", "never": "offset 40m"}
    told = [
        " ".join([*(word for word, sign in signs.items() if sign in alert.expr), alert.labels["severity"]])
        for alert in found
    ]
    assert ", ".join(told) == alerts
    if missing == "good":  # the total is there without data too: only the memory tells
        assert all("slo:sli_total" not in alert.expr for alert in found)
        assert ("> time() - 300" in found[0].expr) == ("gone" in alerts)


def test_what_alerts_say(compiled, rules_of):
    sli = {"timeslices": {"good": 'avg(score{job="a"}) >= 0.85'}}
    [page, *_] = rules_of(compiled({"objective": 95, "sli": sli}), "SLOErrorBudgetBurn")
    said = page.annotations["description"]
    assert said.startswith(
        '{{ $value | humanizePercentage }} of time slices were bad (avg(score{job="a"}) < 0.85) over the last'
    )
    assert "the objective of 95% allows 5%" in said


def test_half_a_slice_is_enough(compiled, rules_of):
    sli = {"timeslices": {"good": "max(s) > 1"}}
    [page, *_] = rules_of(compiled({"objective": 95, "sli": sli}), "SLOErrorBudgetBurn")
    assert "* 21600 > 0.5" in page.expr
    [page, *_] = rules_of(compiled({"sli": {"probe": {"metric": "up"}}}), "SLOErrorBudgetBurn")
    assert "* 21600 > 2.5" in page.expr


SEEN = 'slogen_last_seen_timestamp_seconds{slo_id="shop/availability",slo_service="shop",slo="availability"}'
RUNS = 'slogen_up{slo_service="shop"}'


def shares(oracles, folder, version, expr, series, minutes):
    """The bad share at each minute, None where there is none."""
    known = [{"series": name, "values": values} for name, values in series.items()]
    asked = [
        {"expr": expr, "eval_time": f"{m}m", "exp_samples": [{"labels": "never", "value": 0}]}
        for m in minutes
    ]
    test = {"interval": "1m", "input_series": known, "promql_expr_test": asked}
    (folder / "t.yaml").write_text(json.dumps({"tests": [test]}))
    command = [oracles(version, "promtool"), "test", "rules", "t.yaml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    got = re.findall(r"time: (?:(\d+)h)?(?:(\d+)m)?\S*,\n\s+exp: .*\n\s+got: (.*)", done.stdout + done.stderr)
    found = {int(h or 0) * 60 + int(m or 0): text for h, m, text in got}
    return [None if found[m] == "nil" else round(float(found[m].split()[-1]), 2) for m in minutes]


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["bookworm-prometheus", "newest-prometheus"])
@pytest.mark.parametrize(
    ("series", "minutes", "expected"),
    [
        # Data is gone from 30 on, the rules run: bad as it goes, all of it after 5 minutes.
        ({"s": "9x29 stale _x70", SEEN: "1x100", RUNS: "1x100"}, [29, 35, 60, 99], [0, 1, 1, 1]),
        # Never seen: nothing is missing.
        ({RUNS: "1x100"}, [10, 60], [None, None]),
        # Prometheus is away from 30 to 49; its rules run at 50, the first scrape comes at 51.
        (
            {"s": "9x29 _x21 9x50", SEEN: "1x29 _x20 1x50", RUNS: "1x29 _x20 1x50"},
            [50, 51, 52, 55, 60],
            [None, 0, 0, 0, 0],
        ),
        # The same, but the data doesn't come back: bad from two minutes after the start on.
        (
            {"s": "9x29 _x70", SEEN: "1x29 _x20 1x50", RUNS: "1x29 _x20 1x50"},
            [45, 50, 51, 53, 60],
            [None, None, None, 1, 1],
        ),
        # The rules alone stand still from 30 to 49, the data goes on: what was good then stays good.
        (
            {"s": "9x100", SEEN: "1x29 _x20 1x50", RUNS: "1x29 _x20 1x50"},
            [45, 50, 52, 60],
            [0, 0, 0, 0],
        ),
        # A stop that is shorter than the lookback hides nothing.
        ({"s": "9x29 _x3 9x60", SEEN: "1x29 _x3 1x60", RUNS: "1x29 _x3 1x60"}, [32, 34, 38], [0, 0, 0]),
    ],
    ids=["gone", "never", "away", "away-and-gone", "rules-stopped", "short-stop"],
)
def test_missing_is_bad_only_while_somebody_looks(
    compiled, rules_of, oracles, tmp_path, version, series, minutes, expected
):
    sli = {"timeslices": {"good": "max(s) > 1", "missing": "bad"}}
    total, good = pair(rules_of, compiled({"objective": 95, "sli": sli}))
    bad = f"1 - ({good}) / ({total})"
    assert shares(oracles, tmp_path, version, bad, series, minutes) == expected


@pytest.mark.parametrize(("by", "on"), [([], "on ()"), (["model"], "on (model)")])
def test_a_newborn_rate_is_not_believed(compiled, rules_of, by, on):
    """Neither good nor bad, until its range is full; and it is known since it has had data at all."""
    good = f"sum by ({', '.join(by)}) (rate(x[1h])) > 1"
    result = compiled({"objective": 95, "sli": {"timeslices": {"good": good, "by": by}}})
    first = 'slogen_first_seen_timestamp_seconds{slo_id="shop/availability"}'
    for series in ("total", "good"):
        [rule] = rules_of(result, f"slo:sli_{series}:rate5m")
        assert f")\n    unless {on} {first} > time() - 3600\n" in rule.expr
    [known] = rules_of(result, "slogen_first_seen_timestamp_seconds")
    assert known.labels["slo"] == "availability"
    assert f"and {on} (" in known.expr
    assert known.expr.endswith("> bool 1\n) + time()")
