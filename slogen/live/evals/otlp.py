"""OTLP over HTTP, as JSON: what a collector takes, and Prometheus' own receiver.

To a collector counts are those of this run alone: deltas. Prometheus drops these without a word, and is told
what there is in all: its API at `/api/v1/query` knows what was before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from slogen.conventions import EVAL_CASES
from slogen.evals.series import Key, Written
from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError
from slogen.live.evals.before import before
from slogen.live.reply import Body

_PATH: Final = "/v1/metrics"
_OF_PROMETHEUS: Final = "/api/v1/otlp"
_DELTA, _CUMULATIVE = 1, 2  # AGGREGATION_TEMPORALITY_
_NOTE: Final = "cases are those of this run alone: a collector adds them up, Prometheus' like drop them"


def push(client: Client, run: Written, job: str, now: float) -> tuple[int, str]:
    """Send what a suite has after a run: how many series, and what is to be known of it. Raises
    AlreadyThereError."""
    url = client.server.url.removesuffix(_PATH)
    if url.endswith(_OF_PROMETHEUS):
        after = run.after(before(client, url.removesuffix(_OF_PROMETHEUS), run.suite, job))
        sent, begun = {key: value for key, value in after.items() if key in run.series}, None
    else:
        sent, begun = run.series, min(run.at, now - 1)
    path = _PATH if url == client.server.url else ""
    reply = client.other("POST", path, Body(json.dumps(document(sent, job, now, begun)).encode()))
    if not reply.is_success:
        raise client.refusal(reply, "OTLP receiver")
    if lost := _rejected(reply.json()):
        raise ServerError(Fault.QUERY, client.server.shown, f"it rejected {lost} of {len(sent)} series")
    is_counted = any(name == EVAL_CASES for name, _ in sent)
    return len(sent), _NOTE if is_counted and begun is not None else ""


def _rejected(answer: Any) -> int:
    """How many values a receiver that took the others says it didn't take."""
    try:
        return int(answer["partialSuccess"]["rejectedDataPoints"])
    except (KeyError, TypeError, ValueError):
        return 0


def document(series: Mapping[Key, float], job: str, now: float, begun: float | None) -> dict[str, Any]:
    """An ExportMetricsServiceRequest. Counts are of the time since `begun`, or with None of all time."""
    names = dict.fromkeys(name for name, _ in series)
    metrics = [_metric(name, {k: v for k, v in series.items() if k[0] == name}, now, begun) for name in names]
    resource = {"attributes": [_attribute("service.name", job)] if job else []}
    return {
        "resourceMetrics": [
            {"resource": resource, "scopeMetrics": [{"scope": {"name": "slogen"}, "metrics": metrics}]}
        ]
    }


def _metric(name: str, series: Mapping[Key, float], now: float, begun: float | None) -> dict[str, Any]:
    points = [_point(labels, value, now) for (_, labels), value in series.items()]
    if name != EVAL_CASES:
        return {"name": name, "gauge": {"dataPoints": points}}
    since = {} if begun is None else {"startTimeUnixNano": _nanos(begun)}
    counted = [{**since, **point} for point in points]
    kind = _CUMULATIVE if begun is None else _DELTA
    return {
        "name": name,
        "sum": {"aggregationTemporality": kind, "isMonotonic": True, "dataPoints": counted},
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
