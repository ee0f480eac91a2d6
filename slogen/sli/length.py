"""The length of a time slice: not below what is measured, not so odd that nobody can say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.settings import Settings
from slogen.units import format_duration, parse_duration


def read_length(
    config: Mapping[str, Any], origin: Origin, settings: Settings, default: int
) -> tuple[int, list[Problem]]:
    """Seconds of a slice; a Problem where it is shorter than the time between two looks."""
    length, shortest = default, settings.prometheus.step
    if "slice" in config:
        length = parse_duration(config["slice"])
    if length >= shortest:
        return length, []
    message = f"a slice of {format_duration(length)} is shorter than the time between two samples"
    hint = f"{format_duration(shortest)} is the shortest (`prometheus` in slogen.yaml)"
    return length, [origin.at("slice").problem("slice", message, hint)]
