"""Do the labels of `by` make the groups that are meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.diagnostics import Severity
from slogen.live.doctor.asks import Ask
from slogen.live.doctor.case import Case, Found, Needed
from slogen.live.doctor.nearest import listed, near_names
from slogen.live.doctor.place import problem_at

MANY: Final = 500


def groups(case: Case) -> Iterator[Found]:
    """Each label of `by` is on the series that are read, and there are not too many groups."""
    asked = [each for each in case.needed if each.slo.sli.by and each not in case.empty]
    answers = case.count(_groups(case, each) for each in asked)
    told = set()
    for each in asked:
        found = answers.get(_groups(case, each))
        if not found:
            continue
        for index, label in enumerate(_by(case, each)):
            values = {group[index] for group in found}
            if "" in values and (each.slo.id, label) not in told and not _is_joined(case, each, label, asked):
                told.add((each.slo.id, label))
                yield _no_label(case, each, label, values)
        if len(found) > MANY and (each.slo.id, "") not in told:
            told.add((each.slo.id, ""))
            yield _many(each, len(found))


def _is_joined(case: Case, each: Needed, label: str, asked: list[Needed]) -> bool:
    """Whether the label comes from another metric that a value is computed of."""
    others = [other for other in asked if other.slo is each.slo and other is not each]
    return each.need.role == "value" and any(_has(case, other, label) for other in others)


def _has(case: Case, each: Needed, label: str) -> bool:
    """Whether any of the series has the label."""
    groups, by = case.answers.get(_groups(case, each), {}), _by(case, each)
    return label in by and any(group[by.index(label)] for group in groups)


def _by(case: Case, each: Needed) -> tuple[str, ...]:
    return tuple(label for label in each.slo.sli.by if not case.world.hides(each.need.selector, label))


def _groups(case: Case, each: Needed) -> Ask:
    return Ask(each.seen, by=_by(case, each))


def _no_label(case: Case, each: Needed, label: str, values: set[str]) -> Found:
    metric = each.seen.metric
    known = sorted(set(case.world.labels(metric)) - {"le", label})
    if values == {""}:
        near = near_names(label, known)
        hint = f"did you mean `{near[0]}`?" if near else f"it has {listed(known) or 'no labels at all'}"
        message = (
            f"no series of `{metric}` that are read has a label `{label}`, so there is one group without it"
        )
        return problem_at(each.slo, each.need, label, "no-such-group", message, hint)
    message = f"some series of `{metric}` have no label `{label}`: they are a group without a name"
    hint = f'leave them out with {label}!="", if they aren\'t meant'
    return problem_at(each.slo, each.need, label, "unnamed-group", message, hint, severity=Severity.WARNING)


def _many(each: Needed, number: int) -> Found:
    message = f"`by` makes {number:,} groups, each with series and alerts of its own"
    hint = "group by fewer labels, or select fewer series"
    label = each.slo.sli.by[0]
    return problem_at(each.slo, each.need, label, "many-groups", message, hint, severity=Severity.WARNING)
