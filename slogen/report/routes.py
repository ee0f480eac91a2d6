"""The tree of routes as a drawing: for the terminal, or as Mermaid for a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slogen.conventions import NOBODY, RECEIVER_PREFIX
from slogen.emitted.routing import Route, Routing
from slogen.report.visible import visible
from slogen.units import format_duration

_NOBODY_SAID = "nobody says who is told: there is no notifications.yaml"


def as_text(routing: Routing | None) -> str:
    """A line a route, below the one it belongs to, then what holds back what; no newline at the end."""
    if routing is None:
        return _NOBODY_SAID
    lines = ["all alerts"]
    lines += _branches(routing.routes, "")
    lines += [f"(anything else: {_who(routing.catch_all)})", "", "held back:"]
    lines += [f"  {rule.note}, with the same {', '.join(rule.equal)}" for rule in routing.inhibitions]
    return "\n".join(map(visible, lines))


def _branches(routes: Sequence[Route], pad: str) -> Iterator[str]:
    for number, route in enumerate(routes, 1):
        last = number == len(routes)
        yield f"{pad}{'└─' if last else '├─'} {_said(route)}"
        yield from _branches(route.routes, pad + ("   " if last else "│  "))


def _said(route: Route) -> str:
    words = route.note
    if not route.routes:
        words += f" -> {_who(route.receiver)}{_when(route)}"
    return words + (", and on" if route.goes_on else "")


def _when(route: Route) -> str:
    """Hours, and how often it is said again."""
    words = [f"in {_short(name)} hours" for name in route.active]
    words += [f"not in {_short(name)} hours" for name in route.mute]
    if route.timing and route.receiver != NOBODY:
        words.append(f"again after {format_duration(route.timing.repeat_interval)}")
    return f" ({', '.join(words)})" if words else ""


def _short(name: str) -> str:
    return name.removeprefix(RECEIVER_PREFIX)


def _who(receiver: str) -> str:
    return "nobody" if receiver == NOBODY else _short(receiver)


def as_mermaid(routing: Routing | None) -> str:
    """A flowchart, without a fence around it."""
    if routing is None:
        return f"flowchart LR\n  nobody[{_quoted(_NOBODY_SAID)}]"
    lines = ["flowchart LR", '  all(["all alerts"])']
    drawn: dict[str, str] = {}
    lines += _edges("all", routing.routes, drawn, "r")
    lines += [f"  {key}[[{_quoted(_who(name))}]]" for name, key in drawn.items()]
    return "\n".join(lines)


def _edges(parent: str, routes: Sequence[Route], drawn: dict[str, str], prefix: str) -> Iterator[str]:
    """Routes become boxes, receivers one box each however many routes lead to it."""
    for number, route in enumerate(routes):
        if route.routes:
            key = f"{prefix}{number}"
            yield f"  {parent} --> {key}[{_quoted(route.note)}]"
            yield from _edges(key, route.routes, drawn, f"{key}_")
        else:
            target = drawn.setdefault(route.receiver, f"to{len(drawn)}")
            yield f"  {parent} -->|{_quoted(route.note + _when(route))}| {target}"


def _quoted(text: str) -> str:
    """Text that Mermaid shows as it is."""
    return '"' + visible(text).replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;") + '"'
