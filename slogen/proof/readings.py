"""Proof from raw data of levels: what is compared is what the SLI reads, and the alert follows it."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import LEVEL, LEVEL_ALERT
from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.model.levels import Level
from slogen.model.sli import Levelled, UnsatisfiableError
from slogen.model.slo import Slo
from slogen.promql.parse import parse, selectors
from slogen.promql.text import quote
from slogen.proof.bystanders import bystanders
from slogen.proof.firing import firing
from slogen.proof.raw import Subject
from slogen.proof.shared import coarse, up
from slogen.proof.values import Load, story_values
from slogen.settings import Settings
from slogen.units import MINUTE

_LONG = 30 * MINUTE
_SETTLES = 3  # minutes more than the base window until a reading has turned


def readings(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """The raw data of one group goes from inside the last level to beyond it, that of bystanders the other
    way. A block for those that wait so long that they are looked at rarely."""
    data, checks, claims = dict[int, dict[str, str]](), dict[int, list[ExprCheck]](), dict[int, list[Claim]]()
    for subject in proven:
        slo = subject.slo
        level = _last(slo)
        if slo.levels is None or level is None or not isinstance(slo.sli, Levelled):
            continue
        group = subject.groups[0][0]
        try:
            states = slo.sli.level_states(slo.levels.gauge, level.threshold, group)
        except UnsatisfiableError:
            continue
        step = coarse(level.wait) if level.wait > _LONG else MINUTE
        turns = settings.prometheus.base_window + _lookback(slo) + _SETTLES * MINUTE
        half = up(turns, step) + up(level.wait, step)
        inside, beyond = Load(half // MINUTE, 1, 0), Load(half // MINUTE + 1, 0, 1)
        asked = [*selectors(parse(slo.levels.gauge.expr)), *subject.easily_upset]
        asked += [selector for each in proven for selector in each.reads]
        beside = bystanders(states, subject.reads, asked)
        data.setdefault(step, {}).update(story_values(states, [inside, beyond]))
        data[step] |= story_values(beside, [beyond, inside])
        checks.setdefault(step, []).extend(_checks(slo, level, group, half, settings))
        words = f"from raw data: {slo.levels.gauge.what} beyond {level.shown} is its {level.name} level"
        claims.setdefault(step, []).append(Claim(slo.id, words))
    for step, series in sorted(data.items()):
        name = "readings and levels from raw data"
        yield Block(name, MINUTE, series, (), tuple(checks[step]), tuple(claims[step]), step)


def _last(slo: Slo) -> Level | None:
    """The worst level whose alert is emitted."""
    levels = slo.levels.each if slo.levels else ()
    return next((each for each in reversed(levels) if slo.alerting.severities[each.severity].enabled), None)


def _lookback(slo: Slo) -> int:
    return slo.sli.timed.lookback if slo.sli.timed else 0


def _checks(
    slo: Slo, level: Level, group: dict[str, str], half: int, settings: Settings
) -> Iterator[ExprCheck]:
    alert = firing(slo, alertname=slo.alerting.name(LEVEL_ALERT), slo_level=level.name)
    by = {LEVEL: level.name, "severity": slo.severity(level.severity, settings)} | group
    shown = "{" + ", ".join(f"{name}={quote(value)}" for name, value in by.items()) + "}"
    counted = f"count by ({', '.join(by)}) ({alert})"
    yield ExprCheck(half, counted)
    yield ExprCheck(2 * half, counted, ((shown, 1.0),))
