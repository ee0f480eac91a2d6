"""An explanation for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from slogen.tell.explain import Explanation
from slogen.units import to_text


def list_as_json(ids: Sequence[str]) -> str:
    """Return the ids of all SLOs as JSON."""
    return json.dumps({"slos": list(ids)}, indent=2)


def as_json(explanation: Explanation) -> str:
    """Return an explanation as JSON: times in seconds, rates and shares from 0 to 1."""
    return json.dumps(_data(explanation), indent=2)


def all_as_json(explanations: Iterable[Explanation]) -> str:
    """Return several, as a list."""
    return json.dumps([*map(_data, explanations)], indent=2)


def _data(explanation: Explanation) -> dict[str, Any]:
    slo = explanation.slo
    return {
        "slo": slo.id,
        "description": slo.description,
        "owner": slo.owner,
        "objective": number(slo.objective),
        "window": slo.window,
        "calendar": _plain(slo.calendar),
        "since": slo.since,
        "exclusions": [exclusion.words for exclusion in slo.exclusions],
        "by": list(slo.sli.by),
        "budget": {"ratio": number(slo.budget), "outage": number(slo.budget * slo.window)},
        "tiers": [_plain(line) for line in explanation.tiers],
        "disabled": list(explanation.disabled),
        "reactions": [_plain(reaction) for reaction in explanation.reactions],
        "guard": _plain(explanation.guard),
        "recovery": _plain(explanation.recovery),
        "absence": _plain(explanation.absence),
        "traffic": _plain(slo.alerting.told_traffic),
        "levels": [_plain(level) for level in explanation.levels],
        "parts": [_plain(part) for part in explanation.parts],
        "windows": [
            {"window": link.window, "parts": [{"count": n, "window": length} for n, length in link.parts]}
            for link in explanation.windows
        ],
        "groups": [_plain(group) for group in explanation.groups],
        "split_delay": explanation.delay,
        "raw": [_plain(read) for read in explanation.raw],
        "unit": slo.sli.timed.unit if slo.sli.timed else "events",
        "missing": explanation.missing,
        "notes": list(explanation.notes),
    }


def _plain(value: Any) -> dict[str, Any] | None:
    """A flat dataclass as a JSON object."""
    if value is None:
        return None
    found = {name: getattr(value, name) for name in value.__dataclass_fields__}
    return {name: number(item) if isinstance(item, Fraction) else item for name, item in found.items()}


def number(value: Fraction) -> int | float:
    """The nearest number of at most twelve digits, so that 0.001 is no 0.0010000000000000009."""
    return value.numerator if value.denominator == 1 else float(to_text(value, 12))
