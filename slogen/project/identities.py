"""SLOs that come, go, or go on under another name: what becomes of their history.

The name and the service are the identity of an SLO: its series carry both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from slogen.project.rulefacts import PAIR, Facts

NEW: Final = "its budget begins full, and counts from the first evaluation on"
GONE: Final = "its alerts end; what was recorded stays as long as Prometheus keeps it"
BEGINS_ANEW: Final = "history stays under the old name, the budget begins anew, full"


def identities(before: Mapping[str, Facts], after: Mapping[str, Facts]) -> Iterator[str]:
    """One line for each SLO that is gone, and for each that is new where there were others before."""
    followed = heirs(before, after)
    for slo, theirs in followed.items():
        yield _ended(slo, theirs)
    known = {heir for theirs in followed.values() for heir in theirs}
    for slo in after:
        if before and slo not in before and slo not in known:
            yield f"{slo}: new: {NEW}"


def heirs(before: Mapping[str, Facts], after: Mapping[str, Facts]) -> dict[str, list[str]]:
    """The SLOs that are gone, each with the new ones that count what it counted."""
    gone = {slo: _counted(slo, before[slo]) for slo in before.keys() - after.keys()}
    new = {slo: _counted(slo, after[slo]) for slo in after if slo not in before}
    found, followed = dict[str, list[str]](), set[str]()
    for slo, counted in sorted(gone.items()):
        found[slo] = [other for other, theirs in new.items() if theirs == counted and other not in followed]
        followed |= set(found[slo])
    return found


def _counted(slo: str, own: Facts) -> frozenset[str]:
    """What the SLO counts, whatever it is called."""
    return frozenset(expr.replace(f'"{slo}"', '""') for name, expr in own.items() if PAIR.fullmatch(name))


def _ended(slo: str, theirs: list[str]) -> str:
    if not theirs:
        return f"{slo}: deleted: {GONE}"
    return f"{slo} -> {', '.join(theirs)}: {how_it_goes_on(slo, theirs)}: {BEGINS_ANEW}"


def how_it_goes_on(slo: str, theirs: list[str]) -> str:
    """What happened to an SLO that has heirs."""
    there = {heir.partition("/")[0] for heir in theirs}
    if len(theirs) > 1:
        return "split"
    return "renamed" if there == {slo.partition("/")[0]} else "moved to another service"
