"""Sides that exclude each other are told; what only looks like it is not."""

import pytest

from slogen.promql.parse import parse_selector
from slogen.sli.outside import is_outside, sounds_outside


def sides(one, other):
    return [parse_selector(one)], [parse_selector(other)]


@pytest.mark.parametrize(
    ("counted", "total"),
    [
        ('a_total{code=~"5.."}', 'a_total{code=~"[23].."}'),
        ('a_total{code=~"5.."}', 'a_total{code!~"5.."}'),
        ('a_total{job="v1",code="500"}', 'a_total{job="v2"}'),
        ('a_total{ok="false"}', 'a_total{ok="true"}'),
        ('a_total{job="starter",ok="false"}', 'a_total{job="starter",ok="true"}'),
        ('a_total{outcome="failed"}', 'a_total{outcome="company"}'),
    ],
)
def test_matchers_that_exclude_each_other(counted, total):
    assert is_outside(*sides(counted, total))


@pytest.mark.parametrize(
    ("counted", "total"),
    [
        ('a_total{code=~"5.."}', "a_total"),
        ('a_total{code=~"5.."}', 'a_total{code!~"4.."}'),
        ('a_bucket{le="0.5"}', 'a_bucket{le="+Inf"}'),
        ('a_total{event="failed"}', 'a_total{event="started"}'),
        ('a_total{state="failed"}', 'a_total{state="all"}'),
        ('a_total{code="500"}', 'b_total{code="200"}'),
    ],
)
def test_what_may_be_a_part_of_the_total(counted, total):
    assert not is_outside(*sides(counted, total))


@pytest.mark.parametrize(
    ("bad", "total", "is_told"),
    [
        ("celery_task_failed_total", "celery_task_succeeded_total", True),
        ("pg_stat_database_xact_rollback", "pg_stat_database_xact_commit", True),
        ("x_errors_total", "x_ok_total", True),
        ("x_errors_total", "x_requests_total", False),
        ("x_errors_total", "tokens_total", False),
        ("x_errors_total", "x_success_or_failure_total", False),
        ("x_slow_total", "x_success_total", False),
        ("git_commit_errors_total", "git_commits_total", False),
    ],
)
def test_names(bad, total, is_told):
    assert sounds_outside(*sides(bad, total)) == is_told
