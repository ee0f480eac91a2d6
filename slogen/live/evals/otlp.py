"""OTLP over HTTP, as JSON: what a collector takes. Counts are those of this run alone: deltas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from slogen.conventions import EVAL_CASES
from slogen.evals.series import Key, Written
from slogen.live.client import Client
from slogen.live.reply import Body

_PATH: Final = "/v1/metrics"
_DELTA: Final = 1  # AGGREGATION_TEMPORALITY_DELTA


def push(client: Client, run: Written, job: str, now: float) -> int:
    """Send a run as it is, and say how many series it has."""
    path = "" if client.server.url.endswith(_PATH) else _PATH
    reply = client.other("POST", path, Body(json.dumps(document(run, job, now)).encode()))
    if not reply.is_success:
        raise client.refusal(reply, "OTLP receiver")
    return len(run.series)


def document(run: Written, job: str, now: float) -> dict[str, Any]:
    """An ExportMetricsServiceRequest."""
    names = dict.fromkeys(name for name, _ in run.series)
    metrics = [
        _metric(name, {k: v for k, v in run.series.items() if k[0] == name}, run, now) for name in names
    ]
    resource = {"attributes": [_attribute("service.name", job)] if job else []}
    return {
        "resourceMetrics": [
            {"resource": resource, "scopeMetrics": [{"scope": {"name": "slogen"}, "metrics": metrics}]}
        ]
    }


def _metric(name: str, series: Mapping[Key, float], run: Written, now: float) -> dict[str, Any]:
    points = [_point(labels, value, now) for (_, labels), value in series.items()]
    if name != EVAL_CASES:
        return {"name": name, "gauge": {"dataPoints": points}}
    begun = {"startTimeUnixNano": _nanos(min(run.at, now - 1))}
    counted = [{**begun, **point} for point in points]
    return {
        "name": name,
        "sum": {"aggregationTemporality": _DELTA, "isMonotonic": True, "dataPoints": counted},
    }


def _point(labels: tuple[tuple[str, str], ...], value: float, now: float) -> dict[str, Any]:
    return {
        "attributes": [_attribute(*pair) for pair in labels],
        "timeUnixNano": _nanos(now),
        "asDouble": value,
    }


def _attribute(name: str, value: str) -> dict[str, Any]:
    return {"key": name, "value": {"stringValue": value}}


def _nanos(at: float) -> str:
    return str(round(at * 1e9))
