"""SLIs written as PromQL with `{{ window }}`."""

from __future__ import annotations

from ..checks import NO_ABSENCE, Silent, Value, page
from ..engine import Check, Story
from ..specs import one
from .shop import during, steady

SUMS = """events:
  bad: 'sum(rate(http_requests_total{job="shop",code=~"5.."}[{{ window }}]))'
  total: 'sum(rate(http_requests_total{job="shop"}[{{ window }}]))'
"""
UNSUMMED = """events:
  good: 'rate(http_requests_total{job="shop",code="200"}[{{window}}])'
  total: 'rate(http_requests_total{job="shop"}[{{ window }}])'
"""
BY_JOB = """events:
  bad: 'sum by (job) (rate(http_requests_total{job="shop",code="500"}[{{ window }}]))'
  total: 'sum by (job) (rate(http_requests_total{job="shop"}[{{ window }}]))'
  by: [job]
"""


def _story(name: str, sli: str, *more: Check) -> Story:
    checks: tuple[Check, ...] = (page(71, 73, over=100, runs=1), Silent(end=70), NO_ABSENCE, *more)
    return Story(name, one("99.9", sli=sli), 130, steady(10, during(70, 90)), checks)


STORIES = (
    _story("template with sums", SUMS, Value("slo:sli_error:ratio_rate5m", 60, 0)),
    _story("template without sums, good/total", UNSUMMED, Value("slo:sli_error:ratio_rate5m", 60, 0, 1e-9)),
    _story("template by job", BY_JOB, Value('slo:sli_error:ratio_rate5m{job="shop"}', 60, 0)),
)
