"""Histories as a JSON document. Times are RFC 3339 in UTC, except in long columns; units are in the names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from math import isfinite
from typing import Any

from slogen.history.played import Firing, History, Incident, Judged, Played, Point, Told
from slogen.report.figures import rfc3339, rounded
from slogen.report.versions import (
    TICKET,
    Versions,
    always_met,
    left_at_end,
    pages_of,
    seconds_in,
    waited,
    worst_left,
)

_PAIR = re.compile(r"\[\n\s+([^\s,\]]+),\n\s+([^\s,\]]+)\n\s+\]")


def render(versions: Versions, kind: str) -> str:
    """The document; points stand on a line each."""
    said = json.dumps(as_data(versions, kind), indent=2, ensure_ascii=False, allow_nan=False)
    return _PAIR.sub(r"[\1, \2]", said)  # a text within has no line break, so that none of them is meant


def as_data(versions: Versions, kind: str) -> dict[str, Any]:
    """The first version, and what it was compared with below `against`."""
    first, *others = (_version(name, history) for name, history in versions)
    return {"kind": kind, **first, "against": others}


def _version(name: str, history: History) -> dict[str, Any]:
    return {
        "version": name,
        "from": rfc3339(history.start),
        "to": rfc3339(history.end),
        "step_seconds": history.step,
        "engine": history.engine,
        "slos": [_slo(each, history) for each in history.slos],
        "judged": history.judged and _judged(history.judged),
        "notes": list(history.notes),
    }


def _slo(played: Played, history: History) -> dict[str, Any]:
    pages, worst = list(pages_of(played)), worst_left(played)
    return {
        "id": played.slo_id,
        "labels": dict(played.labels),
        "objective_percent": rounded(float(played.objective), 100),
        "period": played.period,
        "unit": played.unit,
        "total": rounded(played.total),
        "bad": rounded(played.bad),
        "met_objective_percent": rounded(played.met, 100),
        "always_met_objective_percent": rounded(always_met(played), 100),
        "pages": len(pages),
        "tickets": played.count(TICKET),
        "page_seconds": seconds_in(pages, history),
        "budget_left_percent": {
            "end": rounded(left_at_end(played), 100),
            "worst": rounded(worst and worst[1], 100),
            "worst_time": rfc3339(worst and worst[0]),
        },
        "tiers": list(played.tiers),
        "alerts": [_firing(each) for each in played.firings],
        "incidents": [_incident(each) for each in played.incidents],
        "budget": _points("left_percent", played.left),
        "errors": _points("error_percent", played.ratio),
    }


def _firing(firing: Firing) -> dict[str, Any]:
    return {
        "alert": firing.alert,
        "tier": firing.tier,
        "severity": firing.severity,
        "labels": dict(firing.labels),
        "pending": rfc3339(firing.pending),
        "start": rfc3339(firing.start),
        "end": rfc3339(firing.end),
        "peak": rounded(firing.peak),
    }


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "start": rfc3339(incident.start),
        "end": rfc3339(incident.end),
        "first_page_after_seconds": waited(incident),
        "pages": [_firing(page) for page in incident.pages],
        "bad": rounded(incident.bad),
        "budget_percent": rounded(incident.budget, 100),
    }


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "incidents": [_told(each) for each in judged.told],
        "false_pages": judged.false_pages,
        "false": [{"id": played.slo_id, **_incident(each)} for played, each in judged.false],
    }


def _told(told: Told) -> dict[str, Any]:
    each = told.incident
    return {
        "start": rfc3339(each.start),
        "end": rfc3339(each.end),
        "slo": each.slo,
        "name": each.name,
        "outcome": told.outcome.value,
        "by": told.played.slo_id if told.played else None,
        "alert": told.first and _firing(told.first),
        "after_seconds": told.after if told.first else None,
        "worst_error_percent": rounded(told.worst, 100),
    }


def _points(name: str, points: Iterable[Point]) -> dict[str, Any]:
    """What isn't known has no row."""
    rows = [[at, rounded(value, 100)] for at, value in points if isfinite(value)]
    return {"columns": ["unix_seconds", name], "rows": rows}
