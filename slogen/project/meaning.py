"""Tell when a change alters what an error budget means, from the rule files before and after it.

The recorded constants and expressions say what each SLO was. Where a file from before can't be read,
nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from fractions import Fraction
from typing import Final

from slogen.conventions import BUDGET, ID
from slogen.project.identities import identities
from slogen.project.rulefacts import BASE, LABELS, LEAST_BAD, PAIR, SINCE, WINDOW, Facts, facts
from slogen.render.rulers import ENDINGS
from slogen.units import to_text
from slogen.write import Change, Plan

_VECTOR: Final = re.compile(r"vector\(([0-9.]+)\)")
_PARTS: Final = {2: "half", 3: "a third", 4: "a quarter", 5: "a fifth", 10: "a tenth", 100: "a hundredth"}
_IDS: Final = re.compile(rf"^ *{ID}: (\S+)$", re.MULTILINE)
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
        f"{slo}: {line}" for slo in after if slo in before for line in _differences(before[slo], after[slo])
    ]
    others = ({slo: own for slo, own in side.items() if slo not in stay} for side in (before, after))
    return [*identities(*others), *lines]


def _differences(old: Facts, new: Facts) -> Iterator[str]:
    differing = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    window = new.get(WINDOW, "the window")
    if BUDGET in differing:
        yield from _objective(_number(old.get(BUDGET, "")), _number(new.get(BUDGET, "")))
    if WINDOW in differing and WINDOW in old and WINDOW in new:
        yield f"window {old[WINDOW]} -> {window}: the budget is counted over {window}, which fills anew"
    if SINCE in differing:
        yield f"since {_date(old)} -> {_date(new)}: the budget counts {_from(new)}"
    if LABELS in differing:
        was, now = old.get(LABELS) or "none", new.get(LABELS) or "none"
        yield f"identity labels {was} -> {now}: all series and their budget start afresh"
    elif BASE in differing:
        yield (
            f"base window {old.get(BASE)} -> {new.get(BASE)}: the shortest windows fill anew, and alerts"
            " may come minutes late until then; the budget goes on"
        )
    elif any(PAIR.fullmatch(name) for name in differing):
        yield f"what is counted changed: the budget mixes old and new events until {window} have passed"
    if not differing & {WINDOW, BASE}:
        yield from _least_bad(old, new)


def _least_bad(old: Facts, new: Facts) -> Iterator[str]:
    names = [name for name in old.keys() & new.keys() if name.startswith(LEAST_BAD)]
    steps = {Fraction(new[name]) > Fraction(old[name]) for name in names if new[name] != old[name]}
    if steps:
        word = "fewer" if steps == {False} else "more" if steps == {True} else "other numbers of"
        yield f"alerts now need {word} bad events: the budget stays as it is"


def _date(own: Facts) -> str:
    return f"{datetime.fromtimestamp(int(own[SINCE]), UTC):%Y-%m-%d}" if SINCE in own else "nothing"


def _from(own: Facts) -> str:
    if SINCE in own:
        return f"nothing before {_date(own)}"
    return f"all of {own.get(WINDOW, 'its window')} again"


def _objective(old: Fraction | None, new: Fraction | None) -> Iterator[str]:
    """From the budgets, as shares."""
    if old and new:
        was, now = (f"{to_text((1 - budget) * 100, 9)}%" for budget in (old, new))
        share = _times(old / new)
        yield f"objective {was} -> {now}: the same errors now use {share} of the budget"


def _times(ratio: Fraction) -> str:
    """ "a fifth", "twice as much", "2.5 times as much"."""
    if ratio < 1 and ratio.numerator == 1 and ratio.denominator in _PARTS:
        return _PARTS[ratio.denominator]
    return "twice as much" if ratio == 2 else f"{to_text(ratio, 3)} times as much"


def _number(expr: str) -> Fraction | None:
    match = _VECTOR.fullmatch(expr)
    return Fraction(match[1]) if match else None
