"""Tell when a change alters what an error budget means, from the rule files before and after it.

The recorded constants and expressions say what each SLO was. Where a file from before can't be read,
nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

from slogen.conventions import BUDGET, ID
from slogen.project.identities import identities
from slogen.project.rulefacts import BASE, LABELS, LEAST_BAD, PAIR, SINCE, WINDOW, Facts, facts
from slogen.render.rulers import ENDINGS
from slogen.units import to_text
from slogen.write import Change, Plan

_VECTOR: Final = re.compile(r"vector\(([0-9.]+)\)")
_PARTS: Final = {2: "half", 3: "a third", 4: "a quarter", 5: "a fifth", 10: "a tenth", 100: "a hundredth"}
_IDS: Final = re.compile(rf"^ *{ID}: (\S+)$", re.MULTILINE)
_NEW_BASE: Final = (
    "the shortest windows fill anew, and alerts may come minutes late until then; the budget goes on"
)
_MOST: Final = 40  # of an upgrade that changes thousands of files, the first are enough for a glance


def meanings(plan: Plan, *, briefly: bool = False) -> list[str]:
    """One line for each thing that a plan does to a budget; briefly, where not too many files change."""
    changes = [change for change in plan.changes if change.path.name.endswith(ENDINGS)]
    if briefly and len(changes) > _MOST:
        return []
    changed = {change.path for change in changes}
    files = (file for file in plan.request.files if file.path.endswith(ENDINGS))
    return changed_meanings(changes, [file.text for file in files if file.root / file.path not in changed])


def changed_meanings(changes: Iterable[Change], unchanged: Iterable[str] = ()) -> list[str]:
    """One line for each SLO whose objective, window, selectors, labels, start or name a change alters.

    `unchanged` are the texts of rule files that stay: an SLO of them neither comes nor goes.
    """
    changes = [change for change in changes if change.path.name.endswith(ENDINGS)]
    before = facts(change.old for change in changes if change.old)
    after = facts(change.new for change in changes if change.new)
    stay = {slo for text in unchanged for slo in _IDS.findall(text)}
    lines = [
        f"{slo}: {each.what}: {each.then}"
        for slo in after
        if slo in before
        for each in differences(before[slo], after[slo])
    ]
    others = ({slo: own for slo, own in side.items() if slo not in stay} for side in (before, after))
    return [*identities(*others), *lines]


class Fate(StrEnum):
    """What becomes of a budget."""

    KEPT = "kept"
    RESCALED = "rescaled"
    MIXED = "mixed"
    RECOUNTED = "recounted"
    REFILLS = "refills"
    RESTARTS = "restarts"


class Meaning(NamedTuple):
    """What a change alters, and what that does to the budget."""

    fate: Fate
    what: str
    then: str


def mixed(window: str) -> str:
    """What happens to a budget when something else is counted."""
    return f"the budget mixes old and new events until {window} have passed"


def differences(old: Facts, new: Facts) -> Iterator[Meaning]:
    """What differs between the facts of an SLO, as far as its budget is concerned."""
    differing = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    window = new.get(WINDOW, "the window")
    if BUDGET in differing:
        yield from _objective(_number(old.get(BUDGET, "")), _number(new.get(BUDGET, "")))
    if WINDOW in differing and WINDOW in old and WINDOW in new:
        over = f"each calendar {window}" if window.isalpha() else window
        then = f"the budget is counted over {over}, which fills anew"
        yield Meaning(Fate.REFILLS, f"window {old[WINDOW]} -> {window}", then)
    if SINCE in differing:
        yield Meaning(
            Fate.RECOUNTED, f"since {_date(old)} -> {_date(new)}", f"the budget counts {_from(new)}"
        )
    if LABELS in differing:
        was, now = old.get(LABELS) or "none", new.get(LABELS) or "none"
        then = "all series and their budget start afresh"
        yield Meaning(Fate.RESTARTS, f"identity labels {was} -> {now}", then)
    elif BASE in differing:
        yield Meaning(Fate.KEPT, f"base window {old.get(BASE)} -> {new.get(BASE)}", _NEW_BASE)
    elif any(PAIR.fullmatch(name) for name in differing):
        yield Meaning(Fate.MIXED, "what is counted changed", mixed(window))
    if not differing & {WINDOW, BASE}:
        yield from _least_bad(old, new)


def _least_bad(old: Facts, new: Facts) -> Iterator[Meaning]:
    names = [name for name in old.keys() & new.keys() if name.startswith(LEAST_BAD)]
    steps = {Fraction(new[name]) > Fraction(old[name]) for name in names if new[name] != old[name]}
    if steps:
        word = "fewer" if steps == {False} else "more" if steps == {True} else "other numbers of"
        yield Meaning(Fate.KEPT, f"alerts now need {word} bad events", "the budget stays as it is")


def _date(own: Facts) -> str:
    return f"{datetime.fromtimestamp(int(own[SINCE]), UTC):%Y-%m-%d}" if SINCE in own else "nothing"


def _from(own: Facts) -> str:
    if SINCE in own:
        return f"nothing before {_date(own)}"
    return f"all of {own.get(WINDOW, 'its window')} again"


def _objective(old: Fraction | None, new: Fraction | None) -> Iterator[Meaning]:
    """From the budgets, as shares."""
    if old and new:
        was, now = (f"{to_text((1 - budget) * 100, 9)}%" for budget in (old, new))
        then = f"the same errors now use {_times(old / new)} of the budget"
        yield Meaning(Fate.RESCALED, f"objective {was} -> {now}", then)


def _times(ratio: Fraction) -> str:
    """ "a fifth", "twice as much", "2.5 times as much"."""
    if ratio < 1 and ratio.numerator == 1 and ratio.denominator in _PARTS:
        return _PARTS[ratio.denominator]
    return "twice as much" if ratio == 2 else f"{to_text(ratio, 3)} times as much"


def _number(expr: str) -> Fraction | None:
    match = _VECTOR.fullmatch(expr)
    return Fraction(match[1]) if match else None
