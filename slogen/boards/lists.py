"""Tables of SLOs about which too little is known: without data, without traffic, or with a young history."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.boards.common import has_owners, slo_url
from slogen.conventions import ID, OWNER, SERVICE, SLO
from slogen.emitted.panels import Column, Kind, Panel, Query
from slogen.tell import queries, whole
from slogen.tell.queries import Scope


def no_data_list(scope: Scope) -> Panel:
    """SLOs whose SLI has no data now."""
    asked = (queries.without_data(scope, SERVICE, SLO, OWNER), queries.unseen(scope))
    return Panel(
        "no-data",
        Kind.TABLE,
        "No data",
        "SLOs whose metrics are not there now: the targets are down, the metrics were renamed, or the "
        "service is idle and restarted. They can't alert on errors.",
        tuple(Query(expr, instant=True) for expr in asked),
        columns=(
            *_of_slo(scope),
            Column(1, "Last seen", "s", 1, empty="never, or long ago"),
        ),
        sort=("-Last seen",),
        width=12,
        height=8,
        empty="every SLO has data",
    )


def young_list(scope: Scope) -> Panel:
    """SLOs that have not been recorded for their whole window: "4d of 30d"."""
    young = queries.young(scope)
    labelled = f"{queries.info(scope, SERVICE, SLO, OWNER, 'window')}\nand on ({scope.joined}) (\n{young}\n)"
    return Panel(
        "young",
        Kind.TABLE,
        "Young history",
        "SLOs not recorded for a whole window yet. What happened before is not in their budget.",
        (Query(labelled, instant=True), Query(young, instant=True)),
        columns=(*_of_slo(scope), Column(1, "History", "suffix:d", 0), Column("window", "of")),
        sort=("History",),
        width=12,
        height=8,
        empty="every SLO has a whole window of history",
    )


def idle_list(scope: Scope) -> Panel:
    """SLOs that have data, and no traffic."""
    idle = f"{queries.info(scope, SERVICE, SLO, OWNER)}\nand on ({scope.joined}) (\n{whole.idle(scope)}\n)"
    return Panel(
        "idle",
        Kind.TABLE,
        "No traffic",
        "SLOs whose metrics are there, and say that nothing happened in the SLO's whole window.",
        (Query(idle, instant=True),),
        columns=tuple(_of_slo(scope)),
        sort=("SLO",),
        width=24,
        height=8,
        empty="every SLO has traffic",
    )


def _of_slo(scope: Scope) -> Iterator[Column]:
    yield Column(ID, "SLO", link=slo_url(scope.settings))
    if has_owners(scope):
        yield Column(OWNER, "Owner", empty="–")
    for name in (*scope.settings.identity, SERVICE, SLO):
        yield Column(name, name, hidden=name in (SERVICE, SLO))
