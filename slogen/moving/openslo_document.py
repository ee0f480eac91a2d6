"""An SLO of slogen as a document of OpenSLO v1; what that has no place for is in annotations, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from slogen.model.slo import Slo
from slogen.moving.openslo_indicator import Indicator
from slogen.units import DAY, HOUR, MINUTE

VERSION: Final = "openslo/v1"
PREFIX: Final = "slogen."
# What an annotation may say, all but the name: in the order in which a spec has it.
FIELDS: Final = (
    *("description", "objective", "window", "sli", "levels", "alerting", "owner", "labels", "links"),
    *("exclude", "id", "since", "depends_on", "tests"),
)
_CALENDARS: Final = {"week": "1w", "month": "1M", "quarter": "1Q", "year": "1Y"}
_START: Final = "2024-01-01 00:00:00"  # a Monday, and the first day of a month, a quarter and a year
_LETTERS: Final = ((DAY, "d"), (HOUR, "h"), (MINUTE, "m"))

Fields = Mapping[str, Any]


def document(
    service: str, fields: Fields, slo: Slo, measured: Indicator, annotated: Fields
) -> dict[str, Any]:
    """The document of an SLO with these `fields` of its spec; `annotated` are those that annotations say."""
    labels = {**fields.get("labels", {}), **({"owner": fields["owner"]} if "owner" in fields else {})}
    metadata = {
        "name": fields["name"],
        "labels": {name: str(value) for name, value in labels.items()},
        "annotations": {f"{PREFIX}{name}": _json(value) for name, value in annotated.items()},
    }
    spec = {
        "description": str(fields.get("description", "")).strip(),
        "service": service,
        "indicator": {"metadata": {"name": fields["name"]}, "spec": measured.spec},
        "timeWindow": [_window(slo)],
        "budgetingMethod": measured.method,
        "objectives": [{**measured.objective, **_slice(measured), "target": _share(slo)}],
    }
    head = {"apiVersion": VERSION, "kind": "SLO"}
    return {**head, "metadata": _filled(metadata), "spec": _filled(spec)}


def service_document(name: str, description: str) -> dict[str, Any]:
    """The document of a service that says what it is."""
    spec = {"description": description.strip()}
    return {"apiVersion": VERSION, "kind": "Service", "metadata": {"name": name}, "spec": spec}


def _filled(data: Fields) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in ("", {})}


def _slice(measured: Indicator) -> dict[str, Any]:
    """How long a slice is, all of which is good or bad."""
    if measured.slice is None:
        return {}
    return {"timeSliceTarget": 1, "timeSliceWindow": _shorthand(measured.slice)}


def _share(slo: Slo) -> Decimal:
    return Decimal(slo.objective.numerator) / Decimal(slo.objective.denominator)


def _window(slo: Slo) -> dict[str, Any]:
    if slo.calendar is None:
        return {"duration": _shorthand(slo.window), "isRolling": True}
    calendar = {"startTime": _START, "timeZone": _zone(slo.calendar.offset)}
    return {"duration": _CALENDARS[slo.calendar.period], "isRolling": False, "calendar": calendar}


def _zone(offset: int) -> str:
    """The zone of the clock that is that far east of UTC (seconds), in whole hours; the sign of `Etc/GMT` is
    the other way round."""
    hours = offset // HOUR
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def _shorthand(seconds: int) -> str | Decimal:
    """A duration as OpenSLO writes it: a number and one unit, or a number of minutes."""
    for size, letter in _LETTERS:
        if seconds % size == 0:
            return f"{seconds // size}{letter}"
    return Decimal(seconds) / MINUTE


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_number)


def _number(value: object) -> int | float:
    """A number in its shortest digits, which reads back as the same."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"cannot write {type(value).__name__} as JSON")
