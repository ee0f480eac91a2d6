"""What fires now, a line for each alert: which SLO and group it is about, since when, and how bad it is."""

from __future__ import annotations

from collections.abc import Sequence

from slogen.conventions import (
    BUDGET_REMAINING,
    ID,
    INFO,
    OWNER,
    PERIOD_DAYS,
    SERVICE,
    SEVERITY,
    SLO,
    TIER,
    link_label,
)
from slogen.model.tiers import PAGE, TICKET
from slogen.promql.text import any_of
from slogen.tell import queries, urgency
from slogen.tell.queries import Scope
from slogen.tell.whole import about_rules
from slogen.units import DAY

# Labels that a row has beside those of its alert. No label of a user begins with `slo_`.
ABOUT, GROUP, BOARD = "slo_about", "slo_group", "slo_board"
_RUNBOOK = link_label("runbook")


def severity(scope: Scope, groups: Sequence[str], boards: tuple[str, str]) -> str:
    """2 for an alert that pages, 1 for a ticket. `boards` are those that its line leads to: of an SLO, and of
    an alert about rules."""
    of_slos = [f"{n} * {_firing(scope, name, groups)}" for n, name in ((2, PAGE), (1, TICKET))]
    rules = f"group by ({_of_rules(scope)}) ({about_rules(scope)})"
    return any_of([_told(_owned(scope, any_of(of_slos)), groups, boards[0]), _of(rules, boards[1])])


def lasting(scope: Scope, groups: Sequence[str], boards: tuple[str, str]) -> str:
    """Seconds for which it has been so."""
    pending = _since(scope, groups)
    rules = f"time() - max by ({_of_rules(scope)}) ({about_rules(scope, 'ALERTS_FOR_STATE')})"
    firing = f"{rules}\nand on ({_of_rules(scope)}) {about_rules(scope)}"
    return any_of([_told(_owned(scope, pending), groups, boards[0]), _of(f"(\n{firing}\n)", boards[1])])


def beside(scope: Scope, groups: Sequence[str], board: str, value: str) -> str:
    """A value of each group, beside the alerts of the group; beside those of a whole SLO that of the group
    where it is the highest."""
    rows, values = _rows(scope, groups), f"(\n{value}\n)"
    parts = [
        f"{rows}\n* on ({names}) group_left () max by ({names}) {values}"
        for names in dict.fromkeys((", ".join((*scope.key, *groups)), scope.joined))
    ]
    return _told(_owned(scope, any_of(parts)), groups, board)


def burn(scope: Scope) -> str:
    """How fast the budget of each group burnt in the last hour."""
    return urgency.hourly(scope)


def spent(scope: Scope) -> str:
    """The share of its budget that each group has spent."""
    return f"1 - {scope.groups(BUDGET_REMAINING)}"


def haste(scope: Scope) -> str:
    """Minus the seconds until the budget of each group is gone: of the first it is the highest."""
    period = f"max by ({scope.joined}) ({scope.of(PERIOD_DAYS)})"
    return f"-{DAY} * (\n{queries.gone_in(scope)}\n) * on ({scope.joined}) group_left () {period}"


def _labels(scope: Scope, groups: Sequence[str]) -> str:
    """What tells alerts apart, and what is told of them."""
    return ", ".join((*scope.key, SERVICE, SLO, "alertname", SEVERITY, TIER, OWNER, *groups))


def _firing(scope: Scope, severity: str, groups: Sequence[str]) -> str:
    return f"group by ({_labels(scope, groups)}) ({queries.alerts(scope, severity)})"


def _rows(scope: Scope, groups: Sequence[str]) -> str:
    return f"(\n{any_of(_firing(scope, name, groups) for name in (PAGE, TICKET))}\n)"


def _since(scope: Scope, groups: Sequence[str]) -> str:
    labels, every = _labels(scope, groups), (*scope.every, f'{ID}!=""')
    began = f"max by ({labels}) (ALERTS_FOR_STATE{{{','.join(every)}}})"
    return f"time() - {began}\nand on ({labels}) {_rows(scope, groups)}"


def _owned(scope: Scope, rows: str) -> str:
    """The lines of the chosen owners, with owner and runbook; those of SLOs of which nothing else is recorded
    are shown, too: a page must not hide because the slower rules fail."""
    names, on = f"{OWNER}, {_RUNBOOK}", f"on ({scope.joined})"
    # An owner who changed while the rules were away is told twice for some minutes.
    told = f"max by ({scope.joined}, {names}) (timestamp({scope.of(INFO, *scope.owned)}))"
    known = f"topk by ({scope.joined}) (1, {told}) ^ 0"
    lines = f"(\n{rows}\n)"
    return f"(\n{lines}\n* {on} group_left ({names}) {known}\nor\n{lines} unless {on} {scope.of(INFO)}\n)"


def _told(rows: str, groups: Sequence[str], board: str) -> str:
    """With what it is about, with its group in one label, and with All for labels of groups that it lacks."""
    rows = f'label_join({rows}, "{ABOUT}", "", "{ID}")'
    if groups:
        rows = queries.as_one(rows, GROUP, groups)
    for label in groups:
        rows = f'label_replace({rows}, "{label}", "All", "{label}", "")'
    return _leading_to(rows, board)


def _of_rules(scope: Scope) -> str:
    return ", ".join(("alertname", SERVICE, "rule_group", SEVERITY, *scope.settings.identity))


def _of(rows: str, board: str) -> str:
    return _leading_to(f'label_join({rows}, "{ABOUT}", "", "{SERVICE}", "rule_group")', board)


def _leading_to(rows: str, board: str) -> str:
    return f'label_replace({rows}, "{BOARD}", "{board}", "", "")'
