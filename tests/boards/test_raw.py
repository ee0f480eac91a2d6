"""What the rows of a service's board draw of an SLI that compares a value: the value, and the line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

import slogen
from tests.live.past import DAY, MINUTE, Past, prometheus
from tests.server.processes import ask as get

from .grafana import interpolate, panels
from .history import NOW
from .specs import SETTINGS

SPEC = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: queue
slos:
  - name: short
    objective: 99
    sli: {timeslices: {good: 'max(depth) <= 50'}}
  - name: hits
    objective: 99
    sli: {timeslices: {good: 'min by (model) (hit_ratio) >= 0.9', by: [model]}}
  - name: fresh
    objective: 99
    sli: {freshness: {timestamp: 'max(built_timestamp_seconds)', max_age: 2h}}
  - name: levelled
    objective: 99
    sli: {timeslices: {good: 'min by (model) (quality) >= 0.8', by: [model]}}
    levels: {warning: 0.75, critical: 0.7}
"""
OWN = {"slo_id": "queue/levelled", "slo_service": "queue", "slo": "levelled", "cluster": "eu"}


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, Any]]:
    """The panel of what is compared, by SLO."""
    result = slogen.compile({"queue.yaml": SPEC}, SETTINGS)
    assert result.ok, result.problems
    board = json.loads(result.files["grafana/slo-store_queue.json"])
    rows = [row for row in board["panels"] if row.get("panels")]
    return {
        row["title"].partition(":")[0]: next(
            p for p in panels({"panels": [row]}) if p["type"] == "timeseries"
        )
        for row in rows
    }


def lines(panel: dict[str, Any]) -> list[tuple[str, float]]:
    field = panel["fieldConfig"]["defaults"]
    assert field["custom"]["thresholdsStyle"] == {"mode": "line"}
    return [(step["color"], step["value"]) for step in field["thresholds"]["steps"][1:]]


def test_the_line_is_where_the_sli_compares(found):
    assert lines(found["short"]) == [("red", 50)]
    assert "above the red line" in found["short"]["description"]
    assert lines(found["hits"]) == [("red", 0.9)]
    assert "below the red line" in found["hits"]["description"]
    assert lines(found["fresh"]) == [("red", 7200)]
    assert [found[name]["fieldConfig"]["defaults"].get("unit") for name in found] == [
        None,
        "percentunit",
        "s",
        None,
    ]
    assert lines(found["levelled"]) == [("red", 0.7), ("dark-orange", 0.75), ("text", 0.8)]


@pytest.fixture(scope="module", params=["2.42", "3.5"])
def url(request: pytest.FixtureRequest, oracles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program: Path = oracles(f"prometheus-{request.param}", "prometheus")
    minutes = range(NOW - DAY, NOW + 1, MINUTE)
    past = [
        *(
            Past({"__name__": "depth", "pod": pod}, [(t, value) for t in minutes])
            for pod, value in (("a", 60), ("b", 7))
        ),
        Past({"__name__": "hit_ratio", "model": "m"}, [(t, 0.7) for t in minutes]),
        Past({"__name__": "built_timestamp_seconds"}, [(t, float(NOW - 9000)) for t in minutes]),
        # Ten bad minutes, twelve hours ago.
        Past(
            {"__name__": "slo:sli_value:current", **OWN, "model": "m"},
            [(t, 0.1 if 0 <= t - (NOW - DAY // 2) < 10 * MINUTE else 0.95) for t in minutes],
        ),
    ]
    with prometheus(program.parent, tmp_path_factory.mktemp("raw"), past) as address:
        yield address


@pytest.mark.server
@pytest.mark.xdist_group("boards")
def test_what_is_drawn(url, found):
    """By value: the worst series of what is compared; of what is recorded the worst moment of each step."""

    def shown(name: str, step: int) -> list[float]:
        [target] = found[name]["targets"]
        expr = interpolate(target["expr"], {"cluster": "(eu)", "__rate_interval": f"{step}s"})
        asked = urlencode({"query": expr, "start": NOW - DAY + 3600, "end": NOW, "step": step})
        [series] = get(f"{url}/api/v1/query_range?{asked}")["data"]["result"]
        return [float(value) for _, value in series["values"]]

    assert shown("short", 3600)[-1] == 60
    assert shown("hits", 3600)[-1] == 0.7
    assert shown("fresh", 3600)[-1] == 9000
    assert min(shown("levelled", 4 * 3600)) == 0.1
