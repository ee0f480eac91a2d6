"""A status for people (text, Markdown, HTML) and for scripts (JSON)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any, Final

from slogen.live.status.standing import BADNESS, Alert, Standing, State, Status, grouped
from slogen.report.figures import clock, digits_for, moment, objective, percent, rfc3339, rounded, span, times
from slogen.report.tables import Cell, Column, Table, html, in_markdown, markdown, page, text
from slogen.report.visible import visible
from slogen.units import format_duration

_MOODS: Final = {
    State.HEALTHY: "good",
    State.WARNING: "warn",
    State.CRITICAL: "bad",
    State.EXHAUSTED: "bad",
    State.NO_DATA: "lost",
    State.NOT_DEPLOYED: "lost",
    State.RULES_GONE: "lost",
}
_COLUMNS: Final = (
    Column("SLO"),
    Column("target", True),
    Column("current", True),
    Column("status"),
    Column("budget left", True),
    Column("burn 1h", True),
    Column("gone in", True),
    Column("alerts"),
)
_LINK: Final = "link_"


def render(status: Status, form: str, *, colour: bool = False, groups: bool = False) -> str:
    """The status in a form of FORMS, without a newline at its end; `groups` shows each group of an SLO, not
    only the worst."""
    if form == "text":
        return _text(status, groups=groups, colour=colour)
    return _FORMS[form](status, groups)


def _text(status: Status, *, groups: bool, colour: bool) -> str:
    lines = text(_table(status, groups), colour=colour)
    rule = "─" * max(map(len, [_title(status), lines[0]]))
    body = [lines[0], rule, *lines[1:], rule] if len(lines) > 1 else [rule]
    return "\n".join([f"{_title(status)}  ({_where(status)})", "", *body, *_after(status)])


def _markdown(status: Status, groups: bool) -> str:
    after = [f"- {in_markdown(line)}" for line in _after(status)]
    return "\n".join(
        [f"# {_title(status)}", "", _where(status), "", *markdown(_table(status, groups)), "", *after]
    )


def _html(status: Status, groups: bool) -> str:
    said = [f"<h1>{escape(_title(status))}</h1>", f'<p class="said">{escape(_where(status))}</p>']
    after = [f"<p>{escape(line)}</p>" for line in _after(status)]
    return page(_title(status), [*said, *html(_table(status, groups)), *after])


def _title(status: Status) -> str:
    over = f"last {format_duration(status.over)}" if status.over else "each over its own window"
    return f"SLO status, {over}"


def _where(status: Status) -> str:
    engine = f", {status.engine} {status.version}".rstrip() if status.engine else ""
    return visible(f"{moment(status.at)}, {status.server}{engine}")


def _table(status: Status, groups: bool) -> Table:
    shown = status.standings if groups else status.slos
    peers = grouped(status.standings)
    common = _common(status)
    rows = []
    for each in shown:
        others = peers[each.slo_id, tuple(sorted(each.place.items()))]
        rows.append(_row(each, status, common, [] if groups else others))
    return Table(_COLUMNS, tuple(rows))


def _common(status: Status) -> set[str]:
    """Labels of places that have one value everywhere: they tell nothing apart."""
    places = [standing.place for standing in status.slos]
    names = {name for place in places for name in place}
    return {name for name in names if len({place.get(name) for place in places}) == 1}


def _row(each: Standing, status: Status, common: set[str], others: list[Standing]) -> tuple[Cell, ...]:
    left, digits = each.budget, digits_for(each.objective)
    value = each.value if status.over is None else each.value_over
    is_missed = value is not None and each.objective is not None and value < each.objective - 1e-12
    budget = f"{percent(left.left, 0)} ({span(left.seconds)})" if left else "-"
    return (
        Cell(_name(each, common, others)),
        Cell(objective(each.objective)),
        Cell(_current(value, digits, each, status), "bad" if is_missed else ""),
        Cell(_state(each, status.at), "bad" if each.is_paging else _MOODS.get(each.state, "")),
        Cell(budget, "bad" if left and left.left <= 0 else ""),
        Cell(times(each.burn.hour)),
        Cell(_gone_in(each)),
        Cell(_alerts(each.alerts, status.at), "bad" if each.is_paging else "warn" if each.alerts else ""),
    )


def _current(value: float | None, digits: int, each: Standing, status: Status) -> str:
    """The value, and of what part of the window that was asked for, if not of all."""
    part = each.over_known
    if value is None or part is None or part > 1 - 1e-9 or status.over is None:
        return percent(value, digits)
    return f"{percent(value, digits)} ({span(part * status.over)} of {format_duration(status.over)})"


def _name(each: Standing, common: set[str], others: list[Standing]) -> str:
    labels = {**{k: v for k, v in each.place.items() if k not in common}, **each.group}
    inside = ", ".join(f"{name}={value}" for name, value in labels.items())
    name = f"{each.slo_id} {{{inside}}}" if inside else each.slo_id
    if len(others) > 1:
        states = Counter(other.state for other in others)
        bad = sorted(states.keys() - {State.HEALTHY, State.NO_TRAFFIC}, key=BADNESS.__getitem__, reverse=True)
        name += f" (worst of {len(others)}{''.join(f'; {states[state]} {state}' for state in bad)})"
    return name


def _state(each: Standing, now: float) -> str:
    """In a word: what pages is never called healthy, however much of its budget is left."""
    state, marks = "paging" if each.is_paging and each.state is State.HEALTHY else str(each.state), []
    if each.is_excluded:
        marks.append("excluded now")
    if each.history is not None and each.period:
        marks.append(f"{span(each.history)} of {each.window or span(each.period)}")
    if each.state in (State.NO_DATA, State.RULES_GONE) and each.last_seen:
        marks.append(f"last seen {span(now - each.last_seen)} ago")
    return f"{state} ({', '.join(marks)})" if marks else state


def _gone_in(each: Standing) -> str:
    if each.budget is None:
        return "-"
    if each.exhausted_in is None:
        return "not soon"
    return span(each.exhausted_in) if each.exhausted_in > 0 else "gone"


def _alerts(alerts: tuple[Alert, ...], now: float) -> str:
    return ", ".join(_alert(alert, now) for alert in alerts) or "-"


def _alert(alert: Alert, now: float) -> str:
    name = alert.tier or alert.name
    what = name if name.startswith(alert.severity) else f"{alert.severity} {name}"
    return f"{what} since {clock(alert.since, now)}" if alert.since else what


def _after(status: Status) -> Iterator[str]:
    """What follows the table: sums, and what a person must know of it."""
    if not status.slos:
        yield "no SLO was found"
    judged = status.judged
    counts = ", ".join(f"{state} {status.counts[state]}" for state in State if status.counts[state])
    paging = sum(any(peer.is_paging for peer in peers) for peers in grouped(status.standings).values())
    counts += f"; paging {paging}" if paging else ""
    if judged:
        share = percent(status.within / judged, 1)
        yield f"overall: {status.within} of {judged} within budget ({share}); {counts}"
    elif counts:
        yield f"overall: none can be judged; {counts}"
    if status.over:
        known = [s for s in status.slos if s.is_known_over and s.objective is not None]
        met = sum(s.value_over >= s.objective - 1e-12 for s in known if s.value_over and s.objective)
        yield f"met in the last {format_duration(status.over)}: {met} of {len(known)}"
    if status.by and not status.together:
        yield visible(f"no SLO or group has the label `{status.by}`")
    for value, peers in status.together.items():
        worst = (
            f"{peers[0].slo_id} is {peers[0].state}" if len({p.state for p in peers}) > 1 else "all of them"
        )
        pages = ", paging" if any(peer.is_paging for peer in peers) else ""
        yield visible(f"{status.by}={value}: {peers[0].state}{pages} (of {len(peers)}; {worst})")
    for each in status.slos:
        for note in each.notes:
            yield visible(f"note: {each.slo_id}: {note}")
    for warning in status.warnings:
        yield visible(f"warning: {warning}")


def _json(status: Status, _: bool) -> str:
    return json.dumps(as_data(status), indent=2, ensure_ascii=False, allow_nan=False)


def as_data(status: Status) -> dict[str, Any]:
    """The document that `--format json` prints; docs/live/status.md says what its fields mean."""
    return {
        "kind": "Status",
        "time": rfc3339(status.at),
        "server": {"url": status.server, "engine": status.engine, "version": status.version},
        "over": format_duration(status.over) if status.over else None,
        "slos": [_slo(each) for each in status.standings],
        "summary": {
            "slos": len(status.slos),
            "judged": status.judged,
            "within_budget": status.within,
            "states": {state: status.counts[state] for state in State},
        },
        "by": status.by or None,
        "together": [
            {
                "value": value,
                "state": peers[0].state,
                "is_paging": any(peer.is_paging for peer in peers),
                "worst": peers[0].slo_id,
                "slos": len(peers),
            }
            for value, peers in status.together.items()
        ],
        "warnings": list(status.warnings),
    }


def _slo(each: Standing) -> dict[str, Any]:
    budget, burn = each.budget, each.burn
    links = {k.removeprefix(_LINK): v for k, v in each.labels.items() if k.startswith(_LINK)}
    return {
        "id": each.slo_id,
        "service": each.service,
        "slo": each.slo_id.partition("/")[2],
        "place": dict(each.place),
        "group": dict(each.group),
        "owner": each.owner,
        "description": each.description,
        "labels": {k: v for k, v in each.labels.items() if not k.startswith(_LINK)},
        "links": links,
        "objective_percent": rounded(each.objective, 100),
        "window": each.window,
        "state": each.state,
        "is_paging": each.is_paging,
        "is_excluded": each.is_excluded,
        "value_percent": rounded(each.value, 100),
        "value_over_percent": rounded(each.value_over, 100),
        "over_known_percent": rounded(each.over_known, 100),
        "budget": budget
        and {
            "left_percent": rounded(budget.left, 100),
            "left_minutes": rounded(budget.seconds, 1 / 60),
            "total_minutes": rounded(budget.seconds_total, 1 / 60),
            "left_events": rounded(budget.events),
        },
        "burn_rate": {"now": rounded(burn.now), "1h": rounded(burn.hour), "6h": rounded(burn.six_hours)},
        "exhausted_in_seconds": rounded(each.exhausted_in),
        "history_days": rounded(each.history, 1 / 86400),
        "last_seen": rfc3339(each.last_seen),
        "reading": rounded(each.reading),
        "alerts": [_alert_data(alert) for alert in each.alerts],
        "notes": list(each.notes),
    }


def _alert_data(alert: Alert) -> Mapping[str, Any]:
    return {
        "alert": alert.name,
        "tier": alert.tier,
        "severity": alert.severity,
        "is_page": alert.is_page,
        "since": rfc3339(alert.since),
    }


_FORMS: Final[Mapping[str, Callable[[Status, bool], str]]] = {
    "json": _json,
    "markdown": _markdown,
    "html": _html,
}
FORMS: Final = ("text", *_FORMS)
