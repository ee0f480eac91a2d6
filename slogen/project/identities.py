"""SLOs that come, go, or go on under another name: what becomes of their history.

The name and the service are the identity of an SLO: its series carry both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slogen.project.rulefacts import PAIR, Facts


def identities(before: Mapping[str, Facts], after: Mapping[str, Facts]) -> Iterator[str]:
    """One line for each SLO that is gone, and for each that is new where there were others before."""
    gone = {slo: _counted(slo, before[slo]) for slo in before.keys() - after.keys()}
    new = {slo: _counted(slo, after[slo]) for slo in after if slo not in before}
    followed = set[str]()
    for slo, counted in sorted(gone.items()):
        heirs = [other for other, theirs in new.items() if theirs == counted and other not in followed]
        followed |= set(heirs)
        yield _ended(slo, heirs)
    for slo in new:
        if before and slo not in followed:
            yield f"{slo}: new: its budget begins full, and counts from the first evaluation on"


def _counted(slo: str, own: Facts) -> frozenset[str]:
    """What the SLO counts, whatever it is called."""
    return frozenset(expr.replace(f'"{slo}"', '""') for name, expr in own.items() if PAIR.fullmatch(name))


def _ended(slo: str, heirs: list[str]) -> str:
    if not heirs:
        return f"{slo}: deleted: its alerts end; what was recorded stays as long as Prometheus keeps it"
    service, there = slo.partition("/")[0], {heir.partition("/")[0] for heir in heirs}
    how = "split" if len(heirs) > 1 else "renamed" if there == {service} else "moved to another service"
    return (
        f"{slo} -> {', '.join(heirs)}: {how}: history stays under the old name, the budget begins anew, full"
    )
