"""The specs of the stories: small, one SLO unless the story is about more."""

from __future__ import annotations

from textwrap import indent

HEAD = """apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
slos:
"""
BAD_TOTAL = """events:
  bad: http_requests_total{job="shop",code=~"5.."}
  total: http_requests_total{job="shop"}
"""
GOOD_TOTAL = """events:
  good: http_requests_total{job="shop",code!~"5.."}
  total: http_requests_total{job="shop"}
"""


def slo(
    objective: str, window: str = "30d", sli: str = BAD_TOTAL, name: str = "availability", extra: str = ""
) -> str:
    """One SLO of the list; `extra` are further fields."""
    body = f"name: {name}\nobjective: {objective}\nwindow: {window}\nsli:\n{indent(sli, '  ')}{extra}"
    return indent(body, "    ").replace("    ", "  - ", 1)


def spec(*slos: str) -> str:
    """A whole spec of these SLOs."""
    return HEAD + "".join(slos)


def one(objective: str, window: str = "30d", sli: str = BAD_TOTAL, extra: str = "") -> str:
    """A spec of one SLO."""
    return spec(slo(objective, window, sli, extra=extra))


SETTINGS = "apiVersion: slogen/v1\nkind: Settings\n"
SLOW_SCRAPES = SETTINGS + "prometheus: {scrape_interval: 60s, evaluation_interval: 60s, base_window: 10m}\n"
