"""The checks: a module a family, a line each in CHECKS. docs/live/doctor.md has a part for each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from slogen.live.doctor import (
    alerting,
    boards,
    buckets,
    counters,
    exclusions,
    groups,
    keeping,
    recorded,
    selectors,
    sides,
    targets,
)
from slogen.live.doctor.case import Asks, Check

_ALL: Final = (
    Check("metrics", "has each metric series", selectors.metrics),
    Check("labels", "are the labels and values of matchers there", selectors.labels),
    Check("series", "does each selector select series, and not too many", selectors.series),
    Check("groups", "do the labels of `by` make groups", groups.groups),
    Check("buckets", "does the threshold lie on a bucket of every series", buckets.buckets),
    Check("forms", "is the histogram classic, or native, as the spec says", buckets.forms),
    Check("types", "are counters counters", counters.types),
    Check("values", "is no value NaN, and no counter below zero", counters.values),
    Check("sides", "do the two sides of a ratio belong together", sides.sides),
    Check("twice", "is each event there once", sides.twice),
    Check("recorded", "is nothing counted that a rule has recorded of it", sides.recorded, Asks.SERVER),
    Check("exclusions", "do conditions of `exclude` read anything", exclusions.exclusions),
    Check("up", "are the targets there, and up", targets.up, Asks.SERVER),
    Check("scrapes", "are they scraped as the settings say, and in time", targets.scrapes, Asks.SERVER),
    Check("newborn", "do counters live longer than what counts them", targets.newborn, Asks.SERVER),
    Check("late", "are samples as young as the scrapes", targets.late, Asks.SERVER),
    Check("rules", "are the rules of git loaded, and once", recorded.rules, Asks.SERVER),
    Check("evaluations", "do the rules work, and in time", recorded.evaluations, Asks.SERVER),
    Check("history", "does what is recorded fill the windows", keeping.history, Asks.SERVER),
    Check("retention", "does the server keep what the windows need", keeping.retention, Asks.SERVER),
    Check("identity", "is each SLO recorded once", keeping.identity, Asks.SERVER),
    Check("server", "is the server new enough, and its clock right", keeping.server, Asks.SERVER),
    Check("notifications", "does the server reach an Alertmanager", alerting.notifications, Asks.SERVER),
    Check("routes", "has Alertmanager the routes that were generated", alerting.routes, Asks.SERVER),
    Check("silences", "hides no silence alerts of SLOs", alerting.silences, Asks.SERVER),
    Check("boards", "has Grafana the boards that were generated", boards.boards, Asks.SERVER),
)
CHECKS: Final[Mapping[str, Check]] = MappingProxyType({check.name: check for check in _ALL})
