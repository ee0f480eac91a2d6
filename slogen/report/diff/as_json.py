"""A difference for scripts; docs/diff.md says what its fields mean."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from slogen.project.difference.alerting import Sooner
from slogen.project.difference.compare import SloChange
from slogen.project.difference.lines import Line
from slogen.project.difference.view import View
from slogen.project.difference.whole import Difference
from slogen.report.diff.sections import headline, where
from slogen.report.explain_json import number


def as_json(difference: Difference) -> str:
    """One object, in ASCII: what a terminal would take for a command is written out."""
    return json.dumps(_data(difference), indent=2)


def _data(difference: Difference) -> dict[str, Any]:
    return {
        "kind": "Diff",
        "old": difference.old,
        "new": difference.new,
        "changed": not difference.is_empty,
        "summary": headline(difference),
        "slo_count": difference.count,
        "slos": [_slo(each) for each in difference.slos],
        "project": _lines(difference.project),
        "files": [{"path": each.path, "change": each.how} for each in difference.files],
        "unknown": list(difference.unknown),
        "old_errors": [
            {
                "code": each.code,
                "message": each.message,
                "path": each.span.path if each.span else None,
                "line": each.span.line if each.span else None,
                "column": each.span.column if each.span else None,
            }
            for each in difference.errors
        ],
    }


def _slo(change: SloChange) -> dict[str, Any]:
    return {
        "id": change.id,
        "name": change.view.slo.shown,
        "change": change.kind,
        "was_id": change.heir_of or None,
        "budget_fate": change.fate,
        "place": where(change.view.slo),
        "changes": _lines(change.lines),
        "first_alerts": [_sooner(each) for each in change.moved],
        "before": None if change.old is None else _state(change.old),
        "after": None if change.new is None else _state(change.new),
    }


def _lines(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [
        {
            "topic": line.topic,
            "lead": line.lead,
            "note": line.note,
            "values": [
                {"label": pair.label, "before": pair.before, "after": pair.after} for pair in line.pairs
            ],
        }
        for line in lines
    ]


def _sooner(moved: Sooner) -> dict[str, Any]:
    return {
        "severity": moved.severity,
        "error_ratio": number(moved.rate),
        "before_seconds": moved.before,
        "after_seconds": moved.after,
    }


def _state(view: View) -> dict[str, Any]:
    """All of an SLO that is compared, on one side."""
    slo = view.slo
    return {
        "objective_ratio": number(slo.objective),
        "window_seconds": slo.window,
        "period": slo.period,
        "budget_ratio": number(slo.budget),
        "budget_seconds": number(slo.budget * slo.window),
        "owner": slo.owner or None,
        "description": slo.description,
        "by": list(slo.sli.by),
        "reads": [
            {"field": each.field, "role": each.role, "selector": str(each.selector)}
            for each in slo.sli.needs()
        ],
        "min_bad_events": number(slo.alerting.min_bad_events),
        "tiers": [
            {
                "name": tier.name,
                "severity": tier.severity,
                "alert": tier.alert,
                "threshold_ratio": number(tier.threshold),
                "factor": number(tier.factor),
                "long_seconds": tier.long,
                "short_seconds": tier.short,
                "wait_seconds": tier.wait,
            }
            for tier in view.tiers.values()
        ],
        "alerts": list(view.alerts.values()),
        "told": dict(view.told),
        "labels": dict(view.labels(view.severities)),
        "cost": {
            "rules": view.cost.rules,
            "series_per_group": view.cost.series,
            "recorded_samples_per_evaluation": view.cost.samples,
            "raw_samples_per_series_per_evaluation": view.cost.raw_samples,
        },
    }
