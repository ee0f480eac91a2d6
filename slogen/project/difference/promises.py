"""What differs in what an SLO promises and counts, and what becomes of its budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from slogen.model.slo import Slo
from slogen.project.difference.lines import NOTHING, Line, line, lines_of
from slogen.project.difference.view import View
from slogen.project.meaning import Fate, Meaning, differences, mixed
from slogen.promql.selector import Selector
from slogen.units import format_duration, to_text

_MILLION = 1_000_000
_AS_BEFORE = Meaning(Fate.KEPT, "", "the same events are counted in another way; the budget goes on")
_OTHER_CLOCK = Meaning(Fate.RECOUNTED, "", "its period begins and ends at other moments of the same history")
_ORDER = tuple(Fate)  # what is worst for a budget comes last


def promises(old: View, new: View) -> Iterator[Line]:
    """Objective, window, budget, and what is counted."""
    yield from line("name", old.slo.shown, new.slo.shown, "(its `id` keeps history and budget)")
    yield from line("objective", old.slo.percent, new.slo.percent, f"over {new.slo.stretch}")
    yield from line("window", _window(old.slo), _window(new.slo))
    yield from _budget(old.slo, new.slo)
    if _counted(old.slo, _in_order) != _counted(new.slo, _in_order):
        yield from lines_of("counts", _counted(old.slo), _counted(new.slo))
    if old.slo.sli.words() != new.slo.sli.words():
        yield from line("allows", _allowed(old.slo), _allowed(new.slo))
    yield from line("groups", _groups(old.slo), _groups(new.slo))
    yield from lines_of("parts", _parts(old.slo), _parts(new.slo))
    yield from lines_of("excluded", _excluded(old.slo), _excluded(new.slo))
    yield from lines_of("clusters", _clusters(old), _clusters(new), missing="without it")


def _window(slo: Slo) -> str:
    return (
        f"{slo.stretch} ({slo.calendar.clock})"
        if slo.calendar and slo.calendar.offsets != (0,)
        else slo.stretch
    )


def _allowed(slo: Slo) -> str:
    return f"{to_text(slo.budget * 100, 9)}% {slo.sli.words()}"


def _groups(slo: Slo) -> str:
    return ", ".join(slo.sli.by) or NOTHING


def _parts(slo: Slo) -> dict[str, str]:
    return {part.slo.id: f"weight {to_text(part.weight)}" for part in slo.parts}


def _excluded(slo: Slo) -> dict[str, str]:
    return {exclusion.words: "left out" for exclusion in slo.exclusions}


def _clusters(view: View) -> dict[str, str]:
    """The clusters that have it, by name: their labels, and what is read there."""
    return {
        name: _as_text(each.labels) + (f" reads {_as_text(each.scope)}" if each.scope else "")
        for name, each in view.clusters.items()
        if name
    }


def _as_text(labels: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in labels.items()) or "no labels"


def _budget(old: Slo, new: Slo) -> Iterator[Line]:
    """In time, and in events where those are counted."""
    if (old.budget, old.stretch) == (new.budget, new.stretch):
        return
    is_same = old.stretch == new.stretch
    was, now = (_time(slo) + ("" if is_same else f" in {slo.stretch}") for slo in (old, new))
    note = "of bad time" if new.sli.timed else "of total outage"
    note += f" in {new.stretch}" if is_same else ""
    note += "" if new.sli.timed else ", with steady traffic"
    yield from line("budget", was, now, note)
    if not new.sli.timed and not old.sli.timed:
        yield from line("events", _of_a_million(old), _of_a_million(new), "of a million may be bad")


def _time(slo: Slo) -> str:
    return format_duration(max(round(slo.budget * slo.window), 1))


def _of_a_million(slo: Slo) -> str:
    count = slo.budget * _MILLION
    return f"{int(count):,}" if count.denominator == 1 else to_text(count, 4)


def _counted(slo: Slo, shown: Callable[[Selector], object] = str) -> dict[str, str]:
    """What the SLI reads, by its field and what that is there for."""
    found = dict[str, list[str]]()
    for need in slo.sli.needs():
        name = need.field if need.field == need.role else f"{need.field} ({need.role})"
        found.setdefault(name, []).append(str(shown(need.selector)))
    return {name: ", ".join(dict.fromkeys(texts)) for name, texts in found.items()}


def _in_order(selector: Selector) -> Selector:
    """The same selector, however its matchers are written."""
    return Selector(selector.metric, tuple(sorted(selector.matchers, key=str)))


def fate(old: View, new: View) -> tuple[Fate, tuple[str, ...]]:
    """What becomes of the budget, and how that is said."""
    found = list(differences(old.facts, new.facts))
    if old.slo.sli.by != new.slo.sli.by:
        found = [Meaning(Fate.RESTARTS, "", "each group has a budget of its own, which begins full")]
    if _excluded(old.slo) != _excluded(new.slo) and Fate.MIXED not in {each.fate for each in found}:
        found.append(Meaning(Fate.MIXED, "", mixed(new.slo.period)))
    if _window(old.slo) != _window(new.slo) and old.slo.stretch == new.slo.stretch:
        found.append(_OTHER_CLOCK)
    if _reads_the_same(old.slo, new.slo):
        found = [_AS_BEFORE if each.fate is Fate.MIXED else each for each in found]
    there = [*_in_clusters(old, new)]
    if there:  # another scope is no other way to count the same events
        found = [each for each in found if each is not _AS_BEFORE]
    if Fate.RESTARTS not in {each.fate for each in found}:
        found += there
    worst = max((each.fate for each in found), key=_ORDER.index, default=Fate.KEPT)
    said = [each.then + _overspent(old.slo, new.slo) * (each.fate is Fate.RESCALED) for each in found]
    return worst, tuple(said)


def _in_clusters(old: View, new: View) -> Iterator[Meaning]:
    """What becomes of the budget in clusters that are there on both sides, with other labels or scope."""
    both = {name: (old.clusters[name], each) for name, each in new.clusters.items() if name in old.clusters}
    relabelled = [name for name, (was, now) in both.items() if was.labels != now.labels]
    if relabelled:
        yield Meaning(Fate.RESTARTS, "", f"its budget starts afresh in {', '.join(relabelled)}")
    others = [name for name, (was, now) in both.items() if was.scope != now.scope and name not in relabelled]
    if others:
        yield Meaning(Fate.MIXED, "", f"in {', '.join(others)} {mixed(new.slo.period)}")


def _reads_the_same(old: Slo, new: Slo) -> bool:
    """Whether the very same events are counted, be it otherwise."""
    sides = [(slo.sli.words(), _counted(slo, _in_order), _parts(slo), _excluded(slo)) for slo in (old, new)]
    return sides[0] == sides[1]


def _overspent(old: Slo, new: Slo) -> str:
    """Of a budget that becomes smaller: who has too little left of it has none."""
    if new.budget >= old.budget:
        return ""
    left = 1 - new.budget / old.budget
    return f"; whoever has less than {to_text(left * 100, 3)}% left is overspent at once"
