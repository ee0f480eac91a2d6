"""Asking a real Prometheus what a panel asks, and holding the answer against what must be."""

from __future__ import annotations

import math

from .grafana import interpolate
from .history import EU, HOUR, MONTH, NOW, WEEK, of
from .specs import NAMES

SHOP = (*NAMES, "grouped", "spiky", "paused")
EVERY = ("fast", "monthly", "ttft", *SHOP, "healthy@us", "models")
FLEET_UID, DETAIL = "slogen-store_fleet", "slogen-store_slo"
REPORT, WALL = "slogen-store_report", "slogen-store_wall"
STOPPED = "stopped"  # the SLO whose rules stopped: known of the last week only


def close(found, expected, most=1e-9):
    """Two mappings have the same keys, and values that differ by a millionth or by `most`."""
    assert found.keys() == {key for key, value in expected.items() if value is not None}
    for key, value in found.items():
        assert math.isclose(value, expected[key], rel_tol=1e-6, abs_tol=most), (key, value, expected[key])


def ask(server, panel, target, values):
    """The answer of a query: instant, or at the end of the panel's time range. Never NaN."""
    expr = interpolate(target["expr"], values)
    if target.get("instant"):
        found = server.instant(expr)
    else:
        span = MONTH if "timeFrom" in panel else WEEK
        series = server.over(expr, span, HOUR)
        found = [(labels, points[NOW]) for labels, points in series if NOW in points]
        assert not any(math.isnan(value) for _, points in series for value in points.values()), expr
    assert not any(math.isnan(value) for _, value in found)
    return found


def key_of(labels):
    """An SLO by its name, and by its cluster where that isn't the first."""
    name, cluster = labels["slo_id"].split("/")[1], labels.get("cluster", EU)
    return name if cluster == EU else f"{name}@{cluster}"


def by_slo(found):
    """One value an SLO, by its key."""
    result = {key_of(labels): value for labels, value in found}
    assert len(result) == len(found), "more than one line for an SLO"
    return result


def by_group(found):
    """One value a group."""
    result = {labels.get("model", ""): value for labels, value in found}
    assert len(result) == len(found), "more than one line for a group"
    return result


def expected_by_slo(what, names):
    return {name: what(of(name)) for name in names}
