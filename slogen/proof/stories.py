"""Which stories there are, and the test files they make for a service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from slogen.conventions import UP
from slogen.diagnostics import Problem, Severity
from slogen.emitted.proof import Block, TestFile
from slogen.emitted.rules import RuleFile
from slogen.model.rulers import PROMETHEUS_METRICS, OwnMetrics
from slogen.model.slo import Service
from slogen.proof import (
    alone,
    alternatives,
    blind,
    calendar,
    constants,
    consumed,
    endings,
    escalation,
    exclusions,
    history,
    idle,
    levels,
    meta,
    never,
    outage,
    quiet,
    rare,
    raw,
    readings,
    restarts,
    selected,
    several,
    stopped,
    thresholds,
    traffic,
)
from slogen.proof.histograms import as_native
from slogen.proof.scraped import as_scraped
from slogen.settings import Settings
from slogen.units import format_duration

Recorded = Callable[[Service, RuleFile, Settings], Iterable[Block]]
FromRaw = Callable[[tuple[raw.Subject, ...], Settings], Iterable[Block]]

STORIES: dict[str, Recorded] = {
    "constants": constants.blocks,
    "thresholds": thresholds.blocks,
    "consumed": consumed.blocks,
    "history": history.blocks,
    "forgetting": endings.forgetting,
    "blind": blind.blocks,
    "levels": levels.blocks,
    "calendar": calendar.blocks,
    "schedules": exclusions.schedules,
    "silenced": exclusions.silenced,
    "escalation": escalation.blocks,
    "traffic": traffic.blocks,
}
RAW_STORIES: dict[str, FromRaw] = {
    "outage": outage.outage,
    "minutes": outage.minutes,
    "restarts": restarts.restarts,
    "never": never.never,
    "recovery": endings.recovery,
    "quiet": quiet.quiet,
    "bucketless": quiet.bucketless,
    "stopped": stopped.stopped,
    "rare": rare.rare,
    "parts": alone.alone,
    "several": several.several,
    "readings": readings.readings,
    "selected": selected.selected,
    "alternatives": alternatives.alternatives,
    "excluded": exclusions.excluded,
    "trickle": idle.trickle,
    "idle": idle.idle,
}


def prove(service: Service, rules: RuleFile, settings: Settings) -> tuple[list[TestFile], list[Problem]]:
    """All tests of a service, and a warning for each SLO that can't be proven from raw data."""
    proven, failed = raw.subjects(service, settings)
    sets = raw.apart(proven)
    made: dict[str, Iterable[Block]] = {
        **{name: story(service, rules, settings) for name, story in STORIES.items()},
        **{name: _raw(story, sets, settings) for name, story in RAW_STORIES.items()},
    }
    files = list(_files(rules, made))
    problems = [
        slo.sli_origin.at(error.field).problem(
            "no-sample-series",
            f"`{slo.id}` can't be proven from raw data: {error}",
            error.hint,
            severity=Severity.WARNING,
        )
        for slo, error in failed
    ]
    return files, problems


def _raw(story: FromRaw, sets: Iterable[tuple[raw.Subject, ...]], settings: Settings) -> Iterator[Block]:
    for subjects in sets:
        for block in story(subjects, settings):
            yield replace(block, series=as_native(as_scraped(block.series, settings)))


def prove_meta(
    services: Sequence[str],
    rules: RuleFile,
    settings: Settings,
    metrics: OwnMetrics = PROMETHEUS_METRICS,
    signs: Sequence[str] = (UP,),
) -> list[TestFile]:
    """The tests of the rules that watch the rules of these services, by what their engine tells of them, and
    by these signs that they run."""
    return list(_files(rules, {"meta": meta.blocks(services, settings, metrics, signs)}))


def _files(rules: RuleFile, made: dict[str, Iterable[Block]]) -> Iterator[TestFile]:
    """A file per story and step: promtool evaluates all blocks of a file at the same times."""
    groups = tuple(group.name for group in rules.groups)
    for story, blocks in made.items():
        by_step: dict[int, list[Block]] = {}
        for block in blocks:
            by_step.setdefault(block.evaluated, []).append(block)
        for step, found in by_step.items():
            name = story if len(by_step) == 1 else f"{story}-{format_duration(step)}"
            yield TestFile(rules.owner, name, rules.source, step, groups, tuple(found))
