"""Burn rates over windows whose ratio no alert reads: their pair is recorded all the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isfinite
from typing import Final

from slogen.conventions import ID, SERVICE, SLO, TILE, WINDOW, bad_series, total_series
from slogen.live.answers import Sample
from slogen.live.client import Client
from slogen.live.status import Burn, Standing, Status
from slogen.promql.text import quote
from slogen.settings import GateSettings
from slogen.units import HOUR

_NAME: Final = "__name__"
_FIELDS: Final = {"1h": ("hour", HOUR), "6h": ("six_hours", 6 * HOUR)}
Key = frozenset[tuple[str, str]]


def with_burns(client: Client, status: Status, policy: GateSettings, at: float) -> Status:
    """The status with the burn rates that a policy asks for and the ratios don't tell. Raises ServerError."""
    fields = [field for window, field in _FIELDS.items() if window in policy.burn_below]
    missing = {s.service for s in status.standings for name, _ in fields if _lacks(s, name)}
    if not missing:
        return status
    names = "|".join(series(length) for _, length in fields for series in (bad_series, total_series))
    services = quote("|".join(sorted(missing)))
    found = client.query(f'{{__name__=~"{names}",{SERVICE}=~{services}}}', at)
    known = {(sample.labels.get(_NAME, ""), _key(sample.labels)): sample for sample in found.samples}
    standings = tuple(_filled(standing, fields, known) for standing in status.standings)
    warnings = dict.fromkeys((*status.warnings, *found.warnings))
    is_partial = status.is_partial or bool(found.warnings)
    return replace(status, standings=standings, warnings=tuple(warnings), is_partial=is_partial)


def _lacks(standing: Standing, name: str) -> bool:
    is_busy = standing.burn.now is not None and not standing.state.is_unknown
    return is_busy and getattr(standing.burn, name) is None


def _key(labels: Mapping[str, str]) -> Key:
    return frozenset((k, v) for k, v in labels.items() if k not in (_NAME, WINDOW, TILE))


def _filled(
    standing: Standing, fields: Iterable[tuple[str, int]], known: dict[tuple[str, Key], Sample]
) -> Standing:
    if standing.objective is None:
        return standing
    own = {ID: standing.slo_id, SERVICE: standing.service, SLO: standing.slo_id.partition("/")[2]}
    key, burn = _key({**own, **standing.place, **standing.group}), standing.burn
    for name, length in fields:
        bad, total = (known.get((series(length), key)) for series in (bad_series, total_series))
        if _lacks(standing, name) and bad is not None and total is not None:
            burn = _with(burn, name, bad.value, total.value, 1 - standing.objective)
    return replace(standing, burn=burn)


def _with(burn: Burn, name: str, bad: float, total: float, budget: float) -> Burn:
    if not (isfinite(bad) and total > 0 and budget > 0):
        return burn
    found = max(bad, 0.0) / total / budget
    return replace(burn, hour=found) if name == "hour" else replace(burn, six_hours=found)
