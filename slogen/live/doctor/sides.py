"""Do the two sides of a ratio belong together, and is every event counted once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from slogen.diagnostics import Severity
from slogen.live.doctor.asks import Ask, Counted, Of, total
from slogen.live.doctor.case import Case, Found, Needed, Unknown
from slogen.live.doctor.nearest import listed
from slogen.live.doctor.place import problem_at
from slogen.promql.selector import Selector

_COPIES: Final = ("prometheus_replica", "__replica__", "receive_replica", "rule_replica", "thanos_replica")
_MAYBE_COPIES: Final = ("replica", "prometheus", "monitor")  # applications have such labels, too
_SOURCES: Final = ("job", "instance")
_SLACK: Final = 1.05  # two counters are read one after the other


def sides(case: Case) -> Iterator[Found]:
    """Bad (or good) events are some of all events, of the same targets."""
    pairs = [(part, whole) for part in _parts(case) if (whole := _whole(case, part)) is not None]
    case.count(ask for pair in pairs for ask in _asks(*pair))
    for part, whole in pairs:
        yield from _within(case, part, whole)
        yield from _groups(case, part, whole)
        yield from _targets(case, part, whole)


def _parts(case: Case) -> list[Needed]:
    return [
        each
        for each in case.needed
        if each not in case.empty and each.need.role in ("bad", "good") and each.need.boundary is None
    ]


def _whole(case: Case, part: Needed) -> Needed | None:
    """The only thing that the total reads: what is made of several can't be compared one by one."""
    mine = [n for n in case.needed if n.slo is part.slo]
    wholes = [n for n in mine if n.need.role == "total" and n not in case.empty]
    parts = [n for n in mine if n.need.role == part.need.role]
    return wholes[0] if len(wholes) == len(parts) == 1 else None


def _asks(part: Needed, whole: Needed) -> Iterator[Ask]:
    if part.seen.metric == whole.seen.metric:
        yield Ask(part.seen, without=whole.seen)
    else:
        yield from (Ask(each.seen, of=Of.EVENTS) for each in (part, whole))
    for each in (part, whole):
        yield Ask(each.seen, by=part.slo.sli.by)
        yield Ask(each.seen, by=_SOURCES)


def _within(case: Case, part: Needed, whole: Needed) -> Iterator[Found]:
    answers, role = case.answers, part.need.role
    outside = total(answers.get(Ask(part.seen, without=whole.seen), {}))
    if outside:
        message = (
            f"{outside:,.0f} series of `{role}` are none of `total`, so more can be {role} than there was"
        )
        hint = f"let `total` select all that `{role}` selects: {whole.need.selector}"
        yield problem_at(part.slo, part.need, None, "not-within-total", message, hint)
    some, every = (answers.get(Ask(each.seen, of=Of.EVENTS)) for each in (part, whole))
    if some and every and total(some) > total(every) * _SLACK:
        message = f"`{role}` has counted {total(some):,.0f} events, and `total` only {total(every):,.0f}"
        hint = f"let `total` count all that `{role}` counts, or write `good` and `bad`"
        yield problem_at(
            part.slo, part.need, None, "not-within-total", message, hint, severity=Severity.WARNING
        )


def _groups(case: Case, part: Needed, whole: Needed) -> Iterator[Found]:
    by = part.slo.sli.by
    some, every = (case.answers.get(Ask(each.seen, by=by)) for each in (part, whole))
    if not by or some is None or every is None:
        return
    alone = sorted("/".join(group) for group in some if group not in every)
    if alone:
        message = f"`total` has no group {listed(alone)}, which `{part.need.role}` has"
        hint = "both sides need the same labels: see what each of them has"
        yield problem_at(part.slo, part.need, None, "one-sided-group", message, hint)


def _targets(case: Case, part: Needed, whole: Needed) -> Iterator[Found]:
    """Of events of targets that the other side doesn't have nothing is known."""
    some, every = (case.answers.get(Ask(each.seen, by=_SOURCES)) for each in (part, whole))
    if not some or not every:
        return
    alone = sorted(_target(group) for group in some if group not in every)
    if alone and len(alone) == len(some):
        message = f"`{part.need.role}` is of other targets than `total`: {listed(alone)}"
        hint = "they are scraped at other times: of a restart, one side knows before the other"
        yield problem_at(part.slo, part.need, None, "sides-apart", message, hint, severity=Severity.WARNING)


def _target(group: tuple[str, ...]) -> str:
    return " of ".join(reversed([text for text in group if text]))


def twice(case: Case) -> Iterator[Found]:
    """No event is there twice: by two replicas of a Prometheus, by federation."""
    counters = [each for each in case.needed if each.need.is_counter and each not in case.empty]
    case.count(ask for each in counters for ask in _of_up(case, each))
    case.count(
        ask for each in counters for ask in (Ask(each.seen, apart=_copies(case, each)), *_foreign(each))
    )
    told = set()
    for each in counters:
        for found in _twice(case, each):
            if each.slo.id not in told:
                told.add(each.slo.id)
                yield found


def recorded_by(groups: Iterable[Any]) -> frozenset[str]:
    """The names that rules of these groups record."""
    lists = [group.get("rules") for group in groups if isinstance(group, dict)]
    rules = [rule for rules in lists if isinstance(rules, list) for rule in rules if isinstance(rule, dict)]
    return frozenset(str(rule.get("name")) for rule in rules if rule.get("type") == "recording")


def recorded(case: Case) -> Iterator[Found]:
    """No rule of the server records into a metric that is scraped, too."""
    counters = [each for each in case.needed if each.need.is_counter and each not in case.empty]
    groups = case.loaded()
    if groups is None:
        yield Unknown("the server says nothing of rules")
        return
    by_rules = recorded_by(groups)
    asked = [each for each in counters if each.seen.metric in by_rules]
    answers = case.count(Ask(each.seen, by=("instance",)) for each in asked)
    for each in asked:
        answer = answers.get(Ask(each.seen, by=("instance",)), {})
        if ("",) in answer and len(answer) > 1:
            message = f"{each.need.selector} selects what is scraped, and what a rule records of it"
            hint = 'leave the recorded series out with instance!="", or read them alone'
            yield problem_at(each.slo, each.need, None, "counted-twice", message, hint)
        elif answer and ("",) not in answer:
            yield _maybe_recorded(each)


def _maybe_recorded(each: Needed) -> Found:
    """A rule may keep `instance`: what it makes looks as if it was scraped."""
    message = f"a rule of the server records `{each.seen.metric}`: what is scraped and what is recorded of it"
    message += " may both be selected"
    hint = "give what the rule records another name, or leave it out with a matcher"
    return problem_at(each.slo, each.need, None, "counted-twice", message, hint, severity=Severity.WARNING)


def _copies(case: Case, each: Needed) -> tuple[str, ...]:
    """Labels that nothing but the Prometheus tells apart by: external ones, which `up` has, too."""
    if not _shows_targets(case, each):
        return ()
    answers = case.answers
    external = [ask.by[0] for ask in _of_up(case, each) if set(answers.get(ask, ())) - {("",)}]
    return (*_COPIES, *external)


def _shows_targets(case: Case, each: Needed) -> bool:
    """Not so on a target's own page: there is nothing in it that a Prometheus has added."""
    return not case.world.hides(each.need.selector, "instance")


def _of_up(case: Case, each: Needed) -> tuple[Ask, ...]:
    if not _shows_targets(case, each):
        return ()
    up = Selector("up", each.seen.only(*_SOURCES))
    return tuple(Ask(up, by=(label,)) for label in _MAYBE_COPIES)


def _foreign(each: Needed) -> tuple[Ask, ...]:
    return tuple(Ask(each.seen, by=(label,)) for label in ("exported_job", "exported_instance"))


def _twice(case: Case, each: Needed) -> Iterator[Found]:
    answers = case.answers
    every, single = (answers.get(ask) for ask in (Ask(each.seen), Ask(each.seen, apart=_copies(case, each))))
    if every and single and total(single) < total(every):
        times = total(every) / total(single)
        message = (
            f"{each.need.selector} selects each series {times:.3g} times, of several Prometheus replicas"
        )
        hint = "let the server drop the replica label (deduplication), or select one replica"
        yield problem_at(each.slo, each.need, None, "counted-twice", message, hint)
    for ask in _foreign(each):
        yield from _federated(each, ask.by[0], answers.get(ask))


def _federated(each: Needed, label: str, answer: Counted | None) -> Iterator[Found]:
    """Some series have the label that tells where they come from, others come from there directly."""
    if answer and ("",) in answer and len(answer) > 1:
        message = (
            f"some series of {each.need.selector} have `{label}`, others not: they may be the same events"
        )
        hint = f'they were scraped from another Prometheus: leave them out with {label}=""'
        yield problem_at(each.slo, each.need, None, "counted-twice", message, hint, severity=Severity.WARNING)
