"""Is what the SLOs read scraped as the rules take it for: which targets, how often, without gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.live.answers import Sample
from slogen.live.doctor.asks import Ask
from slogen.live.doctor.case import Case, Found, Needed, Unknown
from slogen.live.doctor.place import problem_at
from slogen.model.slo import Slo
from slogen.promql.parse import parse_selector
from slogen.promql.selector import Selector
from slogen.rules.running import looks_at_its_own
from slogen.units import format_duration

_SPAN: Final = 600  # seconds that scrapes are counted over
_TARGET: Final = ("job", "instance")
_FEWEST: Final = 4  # scrapes that a base window should hold
_LATE, _SLOW, _FAILING = 1.5, 1.2, 0.01
_YOUNG, _MOST_YOUNG = 3600, 0.5


@dataclass(frozen=True, eq=False)
class Targets:
    """A selector of `up`, an SLO that relies on it, and how many others do."""

    up: str
    slo: Slo
    need: Needed
    others: int


def _targets(case: Case) -> list[Targets]:
    """Each selector of `up` once, with an SLO that nothing but `up` tells of, if there is one."""
    found: dict[str, list[tuple[Slo, Needed]]] = {}
    first: dict[str, Needed] = {}
    for each in case.needed:
        first[each.slo.id] = each
    for slo in case.slos:
        for up in slo.alerting.absent.up if slo.alerting.absent else ():
            if slo.id in first:
                found.setdefault(up, []).append((slo, first[slo.id]))
    for up, users in found.items():
        users.sort(key=lambda user: looks_at_its_own(user[0], up, case.settings))
    return [Targets(up, *users[0], len(users) - 1) for up, users in found.items()]


def _problem(target: Targets, code: str, message: str, hint: str, severity: Severity) -> Problem:
    """At the matcher on the job, where there is one."""
    said = [m for m in target.need.need.selector.matchers if m.name in target.up]
    more = f" (so for {target.others} more SLOs)" if target.others else ""
    part = said[0] if said else None
    return problem_at(target.slo, target.need.need, part, code, message + more, hint, severity=severity)


def _value(answers: Mapping[tuple[str, str], Sequence[Sample]], up: str, what: str) -> float:
    """The number that came back; 0 where nothing did."""
    samples = answers.get((up, what), ())
    return samples[0].value if samples else 0.0


def _ask(
    case: Case, targets: Sequence[Targets], questions: Mapping[str, str]
) -> Mapping[tuple[str, str], tuple[Sample, ...]]:
    """Questions about each selector, which stands for `{up}` in them."""
    asked = {(t.up, name): text.replace("{up}", t.up) for t in targets for name, text in questions.items()}
    return case.ask(asked)


def up(case: Case) -> Iterator[Found]:
    """There are targets, they are up, and all of them have the metric."""
    targets = _seen(case)
    answers = _ask(case, targets, {"all": "count({up})", "down": "count({up} == 0)"})
    for target in targets:
        if (target.up, "all") not in answers:
            continue
        every, down = (_value(answers, target.up, what) for what in ("all", "down"))
        if not every:
            message = f"there is no {target.up}: nobody could tell whether the targets are gone"
            hint = "name their `up` in `alerting.absent.up`, or select on labels that they have"
            severity = Severity.ERROR if target.slo.pages_when_gone else Severity.WARNING
            yield _problem(target, "no-targets", message, hint, severity)
        elif down:
            message = f"{down:,.0f} of {every:,.0f} targets of {target.up} are down"
            severity = Severity.ERROR if down == every else Severity.WARNING
            yield _problem(target, "targets-down", message, "look at them, or at what scrapes them", severity)
    yield from _shared(case, [t for t in targets if _value(answers, t.up, "all")])


def _seen(case: Case) -> list[Targets]:
    """Each selector of `up` as the rules look for it: with the matchers on job and instance alone, where `up`
    is never seen with the others."""
    targets = _targets(case)
    case.count(Ask(parse_selector(target.up)) for target in targets)
    return [_as_seen(target, case) for target in targets]


def _as_seen(target: Targets, case: Case) -> Targets:
    selector = parse_selector(target.up)
    plain = Selector(selector.metric, selector.only(*_TARGET))
    if plain == selector or not plain.matchers or not case.is_empty(Ask(selector)):
        return target
    return replace(target, up=str(plain))


def _shared(case: Case, targets: Sequence[Targets]) -> Iterator[Found]:
    """Targets of the job that don't have the metric: whose outage that is can't be told by the job alone, and
    they hide it where the rules don't look at the SLO's own."""
    asked = {t: f"count({t.up} == 1 unless on ({', '.join(_TARGET)}) {t.need.seen})" for t in targets}
    answers = case.ask(asked)
    for target, samples in answers.items():
        if samples:
            number = samples[0].value
            message = (
                f"{number:,.0f} targets of {target.up} are up and don't have {target.need.need.selector}"
            )
            hint, severity = "a narrower selector says so", Severity.INFO
            if looks_at_its_own(target.slo, target.up, case.settings):
                hint = f"the rules look only at targets like those that had it; {hint}"
            elif target.slo.pages_when_gone:
                message += ": while one of them is, nobody is paged when all that have it are gone"
                hint = "select on labels of its own targets, or name their `up` in `alerting.absent.up`"
                severity = Severity.WARNING
            yield _problem(target, "shared-job", message, hint, severity)


def scrapes(case: Case) -> Iterator[Found]:
    """Targets are scraped as often as the settings say, on time, and successfully."""
    targets = _seen(case)
    known = f"{{up}} offset {_SPAN}s"
    lately = f"count_over_time({{up}}[{_SPAN}s])"
    day = format_duration(min(case.server.since, 86400))
    answers = _ask(case, targets, {
        "usual": f"quantile(0.5, {lately} and {known})",
        "fewest": f"min({lately} and {known})",
        "gap": f"max(max_over_time((time() - timestamp({{up}}))[{_SPAN}s:5s]) and {known})",
        "failing": f"1 - min(avg_over_time({{up}}[{day}]))",
    })  # fmt: skip
    young = [t for t in targets if (t.up, "usual") in answers and not _value(answers, t.up, "usual")]
    if young:
        yield Unknown(
            f"{len(young)} selector{'s' if young[1:] else ''} of `up` without ten minutes of history"
        )
    for target in targets:
        usual = _value(answers, target.up, "usual")
        if not usual:
            continue
        value = partial(_value, answers, target.up)
        yield from _interval(case, target, _SPAN / usual)
        yield from _missed(target, _SPAN / usual, value("fewest") / usual, value("gap"))
        if value("failing") > _FAILING:
            message = (
                f"{value('failing'):.1%} of the scrapes of a target of {target.up} failed in the last {day}"
            )
            hint = "look at `up`, at `scrape_timeout` and at the size of the page"
            yield _problem(target, "failed-scrapes", message, hint, Severity.WARNING)


def _interval(case: Case, target: Targets, interval: float) -> Iterator[Found]:
    settings = case.settings.prometheus
    if interval <= settings.scrape_interval * _SLOW:
        return
    seen, said = format_duration(round(interval)), format_duration(settings.scrape_interval)
    message = f"{target.up} is scraped every {seen}, and not every {said} as the settings say"
    hint = f"say `prometheus: {{scrape_interval: {seen}}}` in slogen.yaml, or scrape more often"
    starves = settings.base_window / interval < _FEWEST
    severity = Severity.ERROR if starves else Severity.WARNING
    yield _problem(target, "rare-scrapes", message, hint, severity)


def _missed(target: Targets, interval: float, share: float, gap: float) -> Iterator[Found]:
    if share < 1 - 1 / _LATE / 4 or gap > interval * (1 + _LATE):
        often = f"{share:.0%} as often as the others, " if share < 1 else ""
        message = (
            f"a target of {target.up} was scraped {often}"
            f"with a gap of {gap:.0f}s where {interval:.0f}s are usual"
        )
        hint = "a Prometheus or a target without time to spare: look at `scrape_duration_seconds`"
        yield _problem(target, "missed-scrapes", message, hint, Severity.WARNING)


def newborn(case: Case) -> Iterator[Found]:
    """Counters live longer than the windows that count them; most of them were there an hour ago."""
    there = [each for each in case.needed if each.need.is_counter and each not in case.empty]
    young = {(each, "young"): f"count({each.seen} unless {each.seen} offset 1h)" for each in there}
    every = {(each, "all"): f"count({each.seen})" for each in there}
    falls = {(each, "falls"): f"sum(resets({each.seen}[1h])) / count({each.seen})" for each in there}
    old = case.ask({"history": f"count(up offset {_YOUNG}s)"}).get("history")
    if not old:
        yield Unknown("the server has no hour of history")
        return
    answers = case.ask({**young, **every, **falls})
    told = set()
    for each in there:
        found = [answers.get((each, what), ()) for what in ("young", "all", "falls")]
        born, whole, fell = (samples[0].value if samples else 0.0 for samples in found)
        if whole and born / whole > _MOST_YOUNG and each.seen.metric not in told:
            told.add(each.seen.metric)
            yield _born(each, born, whole)
        if fell > _FEWEST:
            message = (
                f"{each.need.selector} falls {fell:.1f} times an hour: it may be a gauge, or restart often"
            )
            hint = "select a counter; behind a load balancer scrape each instance, not the balancer"
            yield problem_at(
                each.slo, each.need, None, "falling-counter", message, hint, severity=Severity.WARNING
            )


def _born(each: Needed, born: float, whole: float) -> Problem:
    message = f"{born:,.0f} of {whole:,.0f} series of {each.need.selector} are younger than an hour"
    hint = "that is right after a rollout; else a label (a pod, a version) makes new ones all the time"
    return problem_at(each.slo, each.need, None, "newborn-series", message, hint, severity=Severity.INFO)


def late(case: Case) -> Iterator[Found]:
    """Samples are as young as the scrapes: none that an exporter gave a time of its own."""
    there = [each for each in case.needed if each not in case.empty]
    asked = {each.seen: f"max(time() - timestamp({each.seen}))" for each in there}
    answers = case.ask(asked)
    most = 2.5 * case.settings.prometheus.scrape_interval
    for each in there:
        samples = answers.get(each.seen, ())
        if samples and samples[0].value > most:
            message = f"the newest sample of a series of {each.need.selector} is {samples[0].value:.0f}s old"
            hint = "its target is missed, or gives its samples a time: see `honor_timestamps`"
            yield problem_at(
                each.slo, each.need, None, "late-samples", message, hint, severity=Severity.WARNING
            )
