"""What Grafana makes of the answers of a table: one table of them, the rows that stay, and their order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Row = dict[str, Any]
Answer = list[tuple[dict[str, str], float]]


def rows(panel: Mapping[str, Any], ask: Callable[[Mapping[str, Any]], Answer]) -> list[Row]:
    """The rows of a table by the names of their fields, in the order in which it shows them."""
    names = {
        t["refId"]: "Value" if len(panel["targets"]) == 1 else f"Value #{t['refId']}"
        for t in panel["targets"]
    }
    frames = [[{**labels, names[t["refId"]]: value} for labels, value in ask(t)] for t in panel["targets"]]
    found = _merged([frame for frame in frames if frame])
    for step in panel["transformations"]:
        if step["id"] == "filterByValue":
            [only] = step["options"]["filters"]
            assert only["config"]["id"] == "greater"
            found = [
                row
                for row in found
                if row.get(only["fieldName"], -math.inf) > only["config"]["options"]["value"]
            ]
    return _sorted(found, panel)


def _merged(frames: Iterable[list[Row]]) -> list[Row]:
    """Rows that agree in what all frames have become one, unless they differ in something else."""
    frames = list(frames)
    if not frames:
        return []
    common = set.intersection(*({name for row in frame for name in row} for frame in frames))
    found: list[Row] = []
    by_key: dict[tuple[Any, ...], list[int]] = {}
    for row in (row for frame in frames for row in frame):
        key = tuple(row.get(name) for name in sorted(common))
        places = [n for n in by_key.get(key, ()) if all(found[n].get(k, v) == v for k, v in row.items())]
        for place in places:
            found[place] |= row
        if not places:
            by_key.setdefault(key, []).append(len(found))
            found.append(dict(row))
    return found


def _sorted(found: list[Row], panel: Mapping[str, Any]) -> list[Row]:
    """By the last column first; what has no value is the lowest."""
    fields = {
        own["value"]: override["matcher"]["options"]
        for override in panel["fieldConfig"]["overrides"]
        for own in override["properties"]
        if own["id"] == "displayName"
    }
    for by in reversed(panel["options"].get("sortBy", [])):
        name = fields[by["displayName"]]
        is_text = any(isinstance(row.get(name), str) for row in found)
        found = sorted(found, key=lambda row: row.get(name, "" if is_text else -math.inf), reverse=by["desc"])
    return found
