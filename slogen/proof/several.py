"""Proof from raw data of what is measured by several series: one of two is bad, and the group is as bad as
the kind of its SLI says."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import WINDOW, ratio_series
from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.model.states import States
from slogen.promql.parse import parse_selector
from slogen.promql.solve import selects, series
from slogen.proof.expected import believed, identity_labels
from slogen.proof.history import check_near
from slogen.proof.raw import Subject
from slogen.proof.values import Load, story_values
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration, to_text

_TELLS_APART = ("instance", "pod")
_TWIN = "second"
_SETTLES = 3  # minutes more than the base window until a ratio has turned


def several(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """Two series of a group are good, then one of them is bad for longer than the base window."""
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for subject in proven:
        slo, (group, states) = subject.slo, subject.groups[0]
        share = slo.sli.timed.one_of_two if slo.sli.timed else None
        twin = _twin(subject, proven) if share is not None else None
        if share is None or twin is None or not isinstance(states, States):
            continue
        length = settings.prometheus.base_window // MINUTE + subject.lag + _SETTLES
        data |= believed(slo, group, settings)
        data |= story_values(states, [Load(2 * length, 1, 0)])
        data |= story_values(twin, [Load(length, 1, 0), Load(length, 0, 1)])
        base = format_duration(settings.prometheus.base_window)
        labels = identity_labels(slo, group, settings) | {WINDOW: base}
        ratio = ratio_series(settings.prometheus.base_window)
        checks.append(check_near(2 * length * MINUTE, ratio, labels, float(share)))
        words = f"one of two series that is bad is an error ratio of {to_text(share * 100)}%"
        claims.append(Claim(slo.id, words))
    if data:
        yield Block("one of two series is bad", MINUTE, data, (), tuple(checks), tuple(claims))


def _twin(subject: Subject, proven: tuple[Subject, ...]) -> States | None:
    """The series of the first group once more, told apart by a label that nothing asks for; None where there
    is no such label, or where another SLO would read them."""
    asked = {matcher.name for selector in subject.reads for matcher in selector.matchers}
    label = next((name for name in _TELLS_APART if name not in {*asked, *subject.slo.sli.by}), None)
    states = subject.groups[0][1]
    if label is None or not isinstance(states, States):
        return None
    names: dict[str, str] = {}
    for name in states.series:
        selector = parse_selector(name)
        labels = {matcher.name: matcher.value for matcher in selector.matchers} | {label: _TWIN}
        others = (read for other in proven if other is not subject for read in other.reads)
        if any(selects(read, selector.metric, labels) for read in others):
            return None
        names[name] = series(selector.metric, labels)
    return States(
        {names[name]: reading for name, reading in states.good.items()},
        {names[name]: reading for name, reading in states.bad.items()},
    )
