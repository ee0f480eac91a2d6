"""Which stories there are, and the test files they make for a service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from slogen.compile.proof import calendar, endings, exclusions, history, meta, outage, quiet, raw, thresholds
from slogen.diagnostics import Problem, Severity
from slogen.load.settings import Settings
from slogen.model.proof import Block, TestFile
from slogen.model.rules import RuleFile
from slogen.model.slo import Service
from slogen.units import MINUTE, format_duration

Recorded = Callable[[Service, RuleFile, Settings], Iterable[Block]]
FromRaw = Callable[[tuple[raw.Subject, ...], Settings], Iterable[Block]]

STORIES: dict[str, Recorded] = {
    "thresholds": thresholds.blocks,
    "history": history.blocks,
    "forgetting": endings.forgetting,
    "calendar": calendar.blocks,
    "schedules": exclusions.schedules,
    "silenced": exclusions.silenced,
}
RAW_STORIES: dict[str, FromRaw] = {
    "outage": outage.outage,
    "recovery": endings.recovery,
    "quiet": quiet.quiet,
    "bucketless": quiet.bucketless,
    "excluded": exclusions.excluded,
}


def prove(service: Service, rules: RuleFile, settings: Settings) -> tuple[list[TestFile], list[Problem]]:
    """All tests of a service, and a warning for each SLO that can't be proven from raw data."""
    proven, failed = raw.subjects(service)
    made: dict[str, Iterable[Block]] = {
        **{name: story(service, rules, settings) for name, story in STORIES.items()},
        **{name: _raw(story, proven, settings) for name, story in RAW_STORIES.items()},
    }
    files = list(_files(rules, made))
    problems = [
        slo.sli_origin.at(error.field).problem(
            "no-sample-series",
            f"`{slo.id}` can't be proven from raw data: {error}",
            "give sample series in `tests.series`",
            severity=Severity.WARNING,
        )
        for slo, error in failed
    ]
    return files, problems


def _raw(story: FromRaw, proven: tuple[raw.Subject, ...], settings: Settings) -> Iterator[Block]:
    for subjects in raw.apart(proven):
        yield from story(subjects, settings)


def prove_meta(rules: RuleFile, settings: Settings) -> list[TestFile]:
    """The tests of the rules that watch the rules."""
    return list(_files(rules, {"meta": meta.blocks(settings)}))


def _files(rules: RuleFile, made: dict[str, Iterable[Block]]) -> Iterator[TestFile]:
    """A file per story and interval: promtool evaluates all blocks of a file at one interval."""
    groups = tuple(group.name for group in rules.groups)
    for story, blocks in made.items():
        by_interval: dict[int, list[Block]] = {}
        for block in blocks:
            by_interval.setdefault(block.interval, []).append(block)
        for interval, found in by_interval.items():
            name = story if interval == MINUTE else f"{story}-{format_duration(interval)}"
            yield TestFile(rules.owner, name, rules.source, interval, groups, tuple(found))
