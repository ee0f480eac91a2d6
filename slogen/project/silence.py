"""Routes of a configuration of Alertmanager that are silent when alerts of the project come, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from slogen.conventions import SEVERITY
from slogen.diagnostics import Problem, Severity
from slogen.emitted.routing import RoutingCase
from slogen.model.slo import severity_words
from slogen.model.tiers import PAGE
from slogen.proof.routing import as_arguments
from slogen.render.merge import Deployed
from slogen.routing.silence import Silent, Unread, silent
from slogen.routing.taking import Node
from slogen.understand import Project
from slogen.veil import veil, veiled

_NEVER = "silent all of the coming year"
_UNREAD = "slogen can't read the matchers or the hours of this route, and doesn't know when it is silent"
_HINT = "let pages go at any hour: by this route, or in the other hours by another (`continue: true`)"


@dataclass(frozen=True, slots=True)
class Silences:
    """Why alerts reach nobody, by their labels as amtool takes them; and warnings about routes."""

    never: Mapping[tuple[str, ...], str]
    problems: tuple[Problem, ...]


def silences(
    found: Deployed, cases: Iterable[RoutingCase], project: Project, *, is_proof: bool = True
) -> Silences:
    """What the hours of a configuration do to the alerts of the cases. Where nothing is proven, routes that
    are never active get a warning, too."""
    pages = severity_words(project.services, project.settings)[PAGE]
    said = list(silent(found.data, cases, found.receivers, datetime.now(UTC).date()))
    told = [each for each in said if isinstance(each, Silent)]
    never = {
        tuple(as_arguments(each.case.labels)): _reason(found, each) for each in told if each.is_never_sent
    }
    routes: dict[Node, tuple[str, str]] = {}
    for each in told:
        is_page = each.case.labels.get(SEVERITY) in pages
        is_warned = not is_proof if each.is_never_sent else is_page  # tickets may wait for their hours
        if is_warned:
            routes |= {node: _silence(node, each, is_page) for node in each.routes if node not in routes}
    unread = dict.fromkeys(each.route for each in said if isinstance(each, Unread))
    warnings = [
        *(_warning(found, "silent-route", node, *words) for node, words in routes.items()),
        *(_warning(found, "unread-route", node, _UNREAD) for node in unread),
    ]
    return Silences(never, tuple(warnings))


def _warning(found: Deployed, code: str, node: Node, message: str, hint: str = "") -> Problem:
    return veiled(Problem(code, message, found.routes[node.place], hint, Severity.WARNING))


def _silence(node: Node, said: Silent, is_page: bool) -> tuple[str, str]:
    """What is said of a route, and what helps."""
    take = f"{'pages' if is_page else 'alerts'} take this route, and it is"
    if said.is_never_sent:
        return f"{take} {_NEVER}: {_hours(node)}", "take the intervals off it, or let another route be first"
    return f"{take} silent {_hours(node)}", _HINT


def _hours(node: Node) -> str:
    """When it is silent, by the names of its intervals."""
    outside = ", ".join(f"`{name}`" for name in node.active)
    within = ", ".join(f"`{name}`" for name in node.mute)
    return ", and ".join(
        [*([f"outside of {outside}"] if outside else []), *([f"in {within}"] if within else [])]
    )


def _reason(found: Deployed, said: Silent) -> str:
    """Why an alert reaches nobody. Routes that take turns may leave no hour to any of them."""
    places = " and ".join(
        f"the route on line {found.routes[node.place].line} ({_hours(node)})" for node in said.routes
    )
    to = ", ".join(dict.fromkeys(node.receiver for node in said.routes))
    is_ = "is" if len(said.routes) == 1 else "are"
    return veil(f"{said.case.labels['alertname']} goes to {to} by {places}, which {is_} {_NEVER}")
