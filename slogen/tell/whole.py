"""What the fleet asks of all SLOs at once: how many are in which trouble, and whether the rules run at all.

An SLO may be in several troubles; each of them counts it. None costs more than a few samples an SLO.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from slogen.conventions import (
    EXCLUDED,
    INFO,
    META_ALERTS,
    PROJECT,
    SERVICE,
    UP,
)
from slogen.model.tiers import PAGE, TICKET
from slogen.promql.text import any_of, quote
from slogen.tell import queries, urgency
from slogen.tell.queries import Scope, left
from slogen.units import to_text

_LITTLE: Final = Fraction(1, 5)  # of the budget


def paging(scope: Scope) -> str:
    """1 for each SLO with an alert that pages."""
    return scope.of_owner(scope.most(queries.alerts(scope, PAGE)))


def ticketing(scope: Scope) -> str:
    """1 for each SLO with an alert that opens a ticket."""
    return scope.of_owner(scope.most(queries.alerts(scope, TICKET)))


def spent(scope: Scope) -> str:
    """Each SLO that has no budget left."""
    return scope.of_owner(f"{left(scope)} <= 0")


def burning(scope: Scope) -> str:
    """Each SLO that is soon without budget, if it goes on like this."""
    return scope.of_owner(urgency.burning(scope))


def scarce(scope: Scope) -> str:
    """Each SLO that has little of its budget left."""
    return scope.of_owner(f"({left(scope)} > 0) <= {to_text(_LITTLE)}")


def silent(scope: Scope) -> str:
    """Each SLO whose rules run and find no data."""
    return queries.without_data(scope)


def excluded(scope: Scope) -> str:
    """Each SLO of which nothing counts now."""
    return scope.of_owner(scope.most(scope.of(EXCLUDED)))


def idle(scope: Scope) -> str:
    """Each SLO that has data, and no traffic in its whole window."""
    on = f"on ({scope.joined})"
    return f"{queries.info(scope)}\nand {on} {scope.base_total}\nunless {on} {left(scope)}"


def count(expr: str) -> str:
    """How many there are, be it none."""
    return f"count(\n{expr}\n) or vector(0)"


def within(scope: Scope) -> str:
    """The share of SLOs that have budget left, each of its own window, with the labels `n` and `m`."""
    found = scope.of_owner(left(scope))
    return n_of_m(f"sum({found} > bool 0)", f"count({found})")


def met(scope: Scope) -> str:
    """The share of SLOs that met their objective over the last seven days."""
    return f"avg(\n{queries.met_lately(scope)}\n)"


def alive(scope: Scope) -> str:
    """The share of services whose rules run, of those whose rules ran within the last week, with the labels
    `n` and `m`; 0, with the label `also`, when alerts about the rules fire."""
    names = ", ".join((SERVICE, *scope.settings.identity))
    known = f"group by ({names}) ({scope.of(INFO, *scope.owned)} or {urgency.ran(scope)})"
    share = n_of_m(f"count({known} and on ({names}) {UP}) or vector(0)", f"count({known})")
    return f"{share}\n* on () group_left (also) ({_trouble(scope)} or on () vector(1))"


def _trouble(scope: Scope) -> str:
    """0, with their number as the label `also`, where alerts about the rules themselves fire."""
    alerts = f'0 * count_values("n", count({about_rules(scope)}))'
    told = f'label_replace({alerts}, "is", ", alerts: ", "", "")'
    return f'max by (also) (label_join({told}, "also", "", "is", "n"))'


def about_rules(scope: Scope, series: str = "ALERTS") -> str:
    """The firing alerts about the project's rules. They are shown whatever owner and service is chosen."""
    named = (f"{PROJECT}={quote(scope.settings.project)}", f'alertname=~"{"|".join(META_ALERTS)}"')
    clusters = (f'{name}=~"${name}"' for name in scope.settings.identity)
    firing = ('alertstate="firing"',) if series == "ALERTS" else ()
    return f"{series}{{{','.join((*named, *firing, *clusters))}}}"


def n_of_m(part: str, whole: str, by: str = "") -> str:
    """A part of a whole, as a share, with both as the labels `n` and `m`."""
    on = f"on ({by})"
    head = f"count_values by ({by})" if by else "count_values"
    labelled = f'{head} ("n", {part})\n* {on} group_left (m)\n{head} ("m", {whole})'
    return f"(\n{part}\n)\n/ {on} ({whole})\n* {on} group_left (n, m) (\n{labelled}\n)"


def chosen(scope: Scope, choice: str, facts: tuple[str, ...]) -> str:
    """1 for each SLO that a choice shows, else 0: it is 0 for all of them, or the number of a fact from 1."""
    parts = [f"({fact}) ^ 0 and on () (vector({choice}) == {n})" for n, fact in enumerate(facts, 1)]
    known = f"{urgency.known(scope)}\n* on () group_left () (vector({choice}) == bool 0)"
    return any_of([*parts, known])


def worst(scope: Scope, most: int) -> str:
    """The most urgent SLOs: their states, plus less than 1 by how little budget is left, with that as the
    label `told`: ", 12 % left"."""
    on, state = f"on ({scope.joined})", f"(\n{urgency.state(scope)}\n)"
    left_now = scope.of_owner(left(scope))
    order = f"(1 - clamp({left_now}, -8, 1)) / 10"
    text = f'count_values by ({scope.joined}) ("left", round(100 * {left_now}) + 0)'
    for name, said in (("before", ", "), ("after", " % left")):
        text = f'label_replace({text}, "{name}", "{said}", "", "")'
    text = f'max by ({scope.joined}, told) (label_join({text}, "told", "", "before", "left", "after"))'
    ranked = f"({state}\n+ {on} {order})\n* {on} group_left (told)\n{text}"
    return f"topk({most},\n{ranked}\nor {on}\n{state}\n)"
