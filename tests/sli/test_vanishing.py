"""What is gone where it should be 0, or has no value at all: what is told, and the form that works."""

import pytest

from slogen.promql.parse import read
from slogen.sli.vanishing import vanishing

NONE = {
    'count(x{job="a",s!="ok"}) == 0': '(count(x{job="a",s!="ok"}) or 0 * count(up{job="a"})) == 0',
    "1 > count(ALERTS)": "(sum(ALERTS) or 0 * sum(up)) < 1",
    'count by (a) (x_info{s!="ok"}) == 0': '(sum by (a) (x_info{s!="ok"}) or 0 * sum by (a) (x_info)) == 0',
    'count by (s) (x{s!="ok"}) <= 0': '(count by (s) (x{s!="ok"}) or 0 * count by (s) (x)) <= 0',
    'sum(ALERTS{job="a"}) == 0': '(sum(ALERTS{job="a"}) or 0 * sum(up{job="a"})) == 0',
    'ALERTS{job="a"} < 1': '(sum(ALERTS{job="a"}) or 0 * sum(up{job="a"})) < 1',
    "max(kube_pod_container_status_waiting_reason) < 1": (
        "(sum(kube_pod_container_status_waiting_reason) or 0 * sum(up)) < 1"
    ),
}


APPS = 'count(app_info{health="ok"}) / count(app_info)'


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        (APPS, '(sum(app_info{health="ok"}) or 0 * sum(app_info)) / sum(app_info)'),
        ('sum(x_info{s="ok"}) / sum(x_info)', '(sum(x_info{s="ok"}) or 0 * sum(x_info)) / sum(x_info)'),
        ('count(app{s="ok"}) / count(app)', '(count(app{s="ok"}) or 0 * count(app)) / count(app)'),
    ],
)
def test_a_share_of_series_that_come_and_go(text, mended):
    """When all apps are degraded, no series says that one is healthy."""
    [doubt] = vanishing(read(text), 1, "ignore")
    assert (doubt.code, doubt.hint) == ("empty-operand", f"write `{mended}`")
    assert list(vanishing(read(mended), 1, "ignore")) == []
    assert list(vanishing(read(text), 1, "bad")) == []


def test_a_share_of_gauges_that_stay():
    assert list(vanishing(read('sum(ready{s="ok"}) / sum(ready)'), 1, "ignore")) == []


def test_a_divisor_of_nothing():
    """Through 0 would be no number either: nothing runs, so there is nothing to judge."""
    assert list(vanishing(read("sum(rate(tokens_total[5m])) / sum(running > 0) > 20"), 0, "ignore")) == []
    assert len(list(vanishing(read("sum(running > 0) / sum(slots) > 0.2"), 0, "ignore"))) == 1


QUANTILE = "histogram_quantile(0.9, {}(rate({}[5m]))) < 1"


@pytest.mark.parametrize(("by", "mended"), [("sum", "sum by (le)"), ("sum by (a) ", "sum by (a, le)")])
def test_a_quantile_without_buckets(by, mended):
    [doubt] = vanishing(read(QUANTILE.format(by, "x_bucket")), 0, "bad")
    assert (doubt.code, doubt.hint) == ("empty-operand", f"write `{mended} (rate(x_bucket[5m]))`")
    assert list(vanishing(read(QUANTILE.format(mended, "x_bucket")), 0, "bad")) == []


@pytest.mark.parametrize(
    ("by", "metric"), [("sum", "x_seconds"), ("sum without (a) ", "x_bucket"), ("", "x_bucket")]
)
def test_a_quantile_that_is_there(by, metric):
    assert list(vanishing(read(QUANTILE.format(by, metric)), 0, "bad")) == []


def test_groups_that_nothing_else_knows():
    [doubt] = vanishing(read("sum by (pod) (kube_pod_container_status_waiting_reason) == 0"), 0, "ignore")
    assert doubt.hint == "say `missing: good`"


@pytest.mark.parametrize("text", NONE)
def test_a_number_that_is_never_0(text):
    [doubt] = vanishing(read(text), 0, "ignore")
    assert (doubt.code, doubt.hint) == ("empty-operand", f"write `{NONE[text]}`")
    told = (list(vanishing(read(text), 0, "bad")), list(vanishing(read(text), 0, "good")))
    assert list(map(len, told)) == [1, 0]
    assert list(vanishing(read(NONE[text]), 0, "ignore")) == []


@pytest.mark.parametrize(
    "text",
    ["count(x) >= 1", "count(x) < 3", "count(x) <= 1", "count(x) > 0", "sum(x) == 0", "sum(ALERTS) < 5"],
)
def test_a_number_that_may_be_so(text):
    assert list(vanishing(read(text), 0, "ignore")) == []
