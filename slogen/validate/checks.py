"""The meaning checks: one module a family, one line each in CHECKS.

A check gets all services of the project and the settings, and yields Problems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from slogen.diagnostics import Problem
from slogen.model.slo import Service
from slogen.settings import Settings
from slogen.validate import (
    alerts,
    boards,
    dates,
    dependencies,
    excluded,
    labels,
    names,
    rulers,
    samples,
    slices,
    tiers,
    traffic,
)

Check = Callable[[Sequence[Service], Settings], Iterable[Problem]]

CHECKS: dict[str, Check] = {
    "names": names.check,
    "boards": boards.check,
    "labels": labels.check,
    "rulers": rulers.check,
    "slices": slices.check,
    "tiers": tiers.check,
    "alerts": alerts.check,
    "traffic": traffic.check,
    "samples": samples.check,
    "dates": dates.check,
    "excluded": excluded.check,
    "dependencies": dependencies.check,
}


def check_meaning(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Run every check over the whole project."""
    for check in CHECKS.values():
        yield from check(services, settings)
