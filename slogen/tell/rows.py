"""The columns of the table of all SLOs that no other board has."""

from __future__ import annotations

from collections.abc import Sequence

from slogen.conventions import BUDGET, BUDGET_REMAINING, INFO, PERIOD_DAYS
from slogen.promql.text import any_of
from slogen.tell import queries, urgency
from slogen.tell.queries import Scope, left
from slogen.units import DAY, format_duration


def about(scope: Scope, *labels: str) -> str:
    """1 for each SLO with these labels of its info series, and `over`: its window, or "4d of 30d" where
    it is younger. Those whose rules are gone stay, as they were last."""
    names, on = ", ".join((*scope.key, *labels)), f"on ({scope.joined})"
    shown = f"max by ({names}, window) ({scope.of(INFO, *scope.owned)} or {urgency.ran(scope)})"
    days = f'count_values by ({scope.joined}) ("age", floor({queries.young(scope)}))'
    aged = f'label_replace({shown} * {on} group_left (age) {days}, "of", "d of ", "", "")'
    young = f'label_join({aged}, "over", "", "age", "of", "window")'
    return f'max by ({names}, over) (\n{young}\nor {on}\nlabel_join({shown}, "over", "", "window")\n)'


def lasts(scope: Scope) -> str:
    """Seconds until the budget is gone, as it burns now; of an overspent one, below 0, the time of total
    outage by which it is."""
    whole = scope.most(f"{scope.of(BUDGET)} * {scope.of(PERIOD_DAYS)}")
    over = scope.of_owner(f"({left(scope)} <= 0) * {whole} * {DAY}")
    return f"({queries.seconds_to_exhaustion(scope)}) > 0\nor\n{over}"


def change(scope: Scope) -> str:
    """How much more of the budget is left than a window ago, as a share of it. Only of rolling windows: a new
    calendar period begins with a whole budget."""
    now = scope.groups(BUDGET_REMAINING)
    parts = [
        f"({scope.least(now)} - {scope.least(f'{now} offset {format_duration(window)}')}"
        f" {queries.with_window(scope, window)})"
        for window in scope.windows
    ]
    return scope.of_owner(f"(\n{any_of(parts)}\n)")


def out_of(scope: Scope, groups: Sequence[str]) -> str:
    """The number of groups that are out of budget, of each SLO that has groups by these labels, with the
    label `groups`: "2 of 30 out"."""
    found = any_of(scope.groups(BUDGET_REMAINING, f'{label}!=""') for label in groups)
    on = scope.joined
    out, all_ = f"sum by ({on}) (({found}) <= bool 0)", f"count by ({on}) ({found})"
    n, m = (f'count_values by ({on}) ("{name}", {expr})' for name, expr in (("n", out), ("m", all_)))
    told = f"{n}\n* on ({on}) group_left (m)\n{m}"
    for name, text in (("of", " of "), ("out", " out")):
        told = f'label_replace({told}, "{name}", "{text}", "", "")'
    text = f'max by ({on}, groups) (label_join({told}, "groups", "", "n", "of", "m", "out"))'
    return scope.of_owner(f"{text}\n* on ({on}) group_left ()\n{out}")
