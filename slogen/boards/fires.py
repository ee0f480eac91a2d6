"""The table of the alerts that fire now, those that page first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from slogen.boards.colours import BAR_STEPS, BURN_CELLS, ORANGE_FILL, RED_FILL
from slogen.boards.common import LAST_HOURS, RUNBOOK, group_labels, has_owners, slo_url
from slogen.conventions import (
    ABSENT_ALERT,
    BREACHED_ALERT,
    BUCKET_ALERT,
    BURN_ALERT,
    CONSUMED_ALERT,
    ESCALATED_ALERT,
    EXHAUSTED_ALERT,
    LEVEL_ALERT,
    META_FAILURES_ALERT,
    META_GONE_ALERT,
    META_MISSED_ALERT,
    OWNER,
    SERVICE,
    SEVERITY,
    SLO,
    TIER,
    TRAFFIC_ALERT,
    fleet_board,
    slo_board,
)
from slogen.emitted.panels import Column, Kind, Panel, Query, Word
from slogen.tell import fires
from slogen.tell.fires import ABOUT, BOARD, GROUP
from slogen.tell.queries import Scope

WHY: Final = {
    BURN_ALERT: "burns budget",
    CONSUMED_ALERT: "budget consumed",
    EXHAUSTED_ALERT: "budget gone",
    BREACHED_ALERT: "objective missed",
    LEVEL_ALERT: "level missed",
    ABSENT_ALERT: "no data",
    BUCKET_ALERT: "bucket missing",
    TRAFFIC_ALERT: "little traffic",
    ESCALATED_ALERT: "not ended",
    META_FAILURES_ALERT: "rules fail",
    META_MISSED_ALERT: "rules are late",
    META_GONE_ALERT: "rules gone",
}


def firing_table(scope: Scope) -> Panel:
    """Each alert with whose it is, how bad it is, and where to go from here."""
    groups = group_labels(scope.services)
    uids = slo_board(scope.settings.project), fleet_board(scope.settings.project)
    burn, spent, haste = (
        fires.beside(scope, groups, uids[0], what(scope)) for what in (fires.burn, fires.spent, fires.haste)
    )
    asked = (
        fires.severity(scope, groups, uids),
        fires.lasting(scope, groups, uids),
        burn,
        f"1 - {spent}",
        f"-1 * {haste}",
    )
    return Panel(
        "firing",
        Kind.TABLE,
        "Firing now",
        "Alerts that page, then tickets, those about slogen's own rules too; each SLO leads to its board, "
        "with the last 6 hours of the group. Burn, budget and the time until it is gone are those of the "
        "group that the alert is about. Alerts that are only information are not listed.",
        tuple(Query(expr, instant=True) for expr in asked),
        columns=tuple(_columns(scope, groups)),
        sort=("-Severity", "-Burn 1h"),
        width=24,
        height=8,
        empty="nothing fires",
    )


def _columns(scope: Scope, groups: Sequence[str]) -> Iterator[Column]:
    severities = (Word(2, "page", RED_FILL), Word(1, "ticket", ORANGE_FILL))
    yield Column(0, "Severity", words=severities, width=105)
    yield Column(ABOUT, "SLO", link=slo_url(scope.settings, "", groups, LAST_HOURS, BOARD), width=215)
    for name in scope.settings.identity:
        yield Column(name, name, width=70)
    if groups:
        yield Column(GROUP, "Group", width=150, empty="–")
    yield Column("alertname", "Why", words=tuple(Word(name, text) for name, text in WHY.items()), width=125)
    yield Column(TIER, "Tier", width=95, empty="–")
    yield Column(1, "For", "s", 0, width=75)
    if has_owners(scope):
        yield Column(OWNER, "Owner", width=100, empty="–")
    yield Column(2, "Burn 1h", "suffix:×", 1, steps=BURN_CELLS, width=75, empty="–")
    yield Column(3, "Budget left", "percentunit", 0, steps=BAR_STEPS, bar=True, width=160, empty="–")
    yield Column(4, "Gone in", "s", 1, width=90, empty="–", words=(Word(0, "gone"),))
    if any("runbook" in slo.links for service in scope.services for slo in service.slos):
        yield Column(
            RUNBOOK, "Runbook", words=(Word("", "open"),), link="${__value.raw}", width=80, empty="–"
        )
    for name in (SERVICE, SLO, BOARD, SEVERITY, "rule_group", *groups):
        yield Column(name, name, hidden=True)
