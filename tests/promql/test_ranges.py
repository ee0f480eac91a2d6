"""Ranges that hold a single scrape show no change."""

import pytest

from slogen.promql.parse import PromqlError
from slogen.promql.ranges import check_changes


@pytest.mark.parametrize(
    ("text", "scrape", "hint"),
    [
        ("sum(rate(x[1m])) > 5", 60, "write at least `[2m]`, better `[4m]`"),
        ("1 - avg(increase(x[3m]) / increase(y[4m]))", 120, "write at least `[4m]`, better `[8m]`"),
        ("rate(vllm:x[1m]) > 5", 60, "write at least `[2m]`, better `[4m]`"),
        ("irate(x[30s]) > 5 or y > 3", 30, "write at least `[1m]`, better `[2m]`"),
        ("max_over_time(deriv(x[59s])[5m:1m]) > 5", 30, "write at least `[1m]`, better `[2m]`"),
    ],
)
def test_a_range_of_one_scrape_is_refused(text, scrape, hint):
    with pytest.raises(PromqlError, match="while it holds one scrape") as refused:
        check_changes(text, scrape)
    assert refused.value.hint == hint


@pytest.mark.parametrize(
    "text",
    [
        "rate(x[2m]) > 5",
        "max_over_time(x[1m]) > 5",
        "x > 5",
        "rate(job:x:sum[1m]) > 5",
        "max_over_time(rate(x[2m])[1m:15s]) > 5",
    ],
)
def test_what_shows_a_change_or_asks_for_none_is_taken(text):
    check_changes(text, 60)
