"""A report about a period, for people (text, Markdown, HTML to print) and for scripts (JSON)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from math import isfinite
from typing import Any, Final

from slogen.live.period.kept import Incident, Kept, Report
from slogen.report.figures import digits_for, moment, objective, percent, rfc3339, rounded, span
from slogen.report.tables import Cell, Column, Table, html, in_markdown, markdown, page, text
from slogen.report.visible import visible

_COLUMNS: Final = (
    Column("SLO"),
    Column("target", True),
    Column("kept", True),
    Column("budget used", True),
    Column("outage", True),
    Column("pages", True),
    Column("paged for", True),
    Column("tickets", True),
    Column("worst day"),
    Column("before", True),
    Column("change", True),
)
_INCIDENTS: Final = (
    Column("SLO"),
    Column("from (UTC)"),
    Column("lasted", True),
    Column("tiers"),
    Column("bad events", True),
    Column("of the budget", True),
)
Section = tuple[str, Table]


def render(report: Report, form: str, *, colour: bool = False) -> str:
    """The report in a form of FORMS, without a newline at its end."""
    if form == "text":
        return _text(report, colour=colour)
    return _FORMS[form](report)


def _text(report: Report, *, colour: bool) -> str:
    lines = [_title(report), _where(report), "", *_summary(report)]
    for name, table in _sections(report):
        lines += ["", name, *text(table, colour=colour)]
    return "\n".join(visible(line) if "\x1b" not in line else line for line in [*lines, *_after(report, "")])


def _markdown(report: Report) -> str:
    lines = [f"# {_title(report)}", "", _where(report), "", *(f"- {line}" for line in _summary(report))]
    for name, table in _sections(report):
        lines += ["", f"## {visible(name)}", "", *markdown(table)]
    return "\n".join([*lines, *("- " + in_markdown(line) if line else "" for line in _after(report, ""))])


def _html(report: Report) -> str:
    body = [f"<h1>{escape(_title(report))}</h1>", f'<p class="said">{escape(_where(report))}</p>']
    body += [f"<p>{escape(line)}</p>" for line in _summary(report)]
    for name, table in _sections(report):
        body += [f"<h2>{escape(visible(name))}</h2>", *html(table)]
    notes = [line for line in _after(report, "") if line]
    return page(_title(report), [*body, *(f'<p class="said">{escape(line)}</p>' for line in notes)])


def _title(report: Report) -> str:
    period = report.period
    days = f"{period.first} to {period.last}" if period.first != period.last else f"{period.first}"
    return f"SLO report, {days}" + ("" if period.is_over else f" (so far: {period.days} days)")


def _where(report: Report) -> str:
    return visible(f"days are UTC; made {moment(report.at)} from {report.server}")


def _summary(report: Report) -> Iterator[str]:
    """The sums that a boss reads first."""
    known = [each for each in report.kept if each.is_kept is not None]
    if not report.kept:
        yield "no SLO was found"
        return
    kept = sum(bool(each.is_kept) for each in known)
    share = f" ({percent(kept / len(known), 1)})" if known else ""
    yield f"kept: {kept} of {len(known)}{share}"
    before = [e for e in report.kept if e.previous_value is not None]
    if before:
        earlier = sum((e.previous_value or 0) >= e.objective - 1e-12 for e in before)
        yield f"the period before: {earlier} of {len(before)} ({percent(earlier / len(before), 1)})"
    incidents = [incident for each in report.kept for incident in each.incidents]
    paged = sum(incident.end - incident.start for incident in incidents)
    yield f"incidents with pages: {len(incidents)}" + (f", {span(paged)} in all" if incidents else "")
    if partly := sum(each.known_days < report.period.days for each in known):
        yield f"known in part: {partly}, judged by the days with data"
    if idle := sum(each.value is None and each.known_days > 0 for each in report.kept):
        yield f"without events: {idle}"
    if lost := sum(not each.known_days for each in report.kept):
        yield f"without data: {lost}, of which nothing can be told"


def _sections(report: Report) -> Iterator[Section]:
    """A table for each owner, then the incidents."""
    for owner in sorted({each.owner for each in report.kept}):
        rows = [_row(each) for each in report.kept if each.owner == owner]
        yield owner or "without an owner", Table(_COLUMNS, tuple(rows))
    told = [(each, incident) for each in report.kept for incident in each.incidents]
    told.sort(key=lambda pair: -(pair[1].cost or 0))
    if told:
        yield (
            "Incidents, the most expensive first",
            Table(_INCIDENTS, tuple(_incident(*pair) for pair in told)),
        )


def _row(each: Kept) -> tuple[Cell, ...]:
    digits = digits_for(each.objective)
    mood = {True: "good", False: "bad", None: "" if each.known_days else "lost"}[each.is_kept]
    unknown = "no events" if each.known_days else "no data"
    worst = each.worst_day
    used = each.used is not None and each.used > 1 + 1e-12
    return (
        Cell(_name(each)),
        Cell(objective(each.objective)),
        Cell(unknown if each.value is None else percent(each.value, digits), mood),
        Cell(_share(each.used), "bad" if used else ""),
        Cell(span(each.outage)),
        Cell(str(len(each.incidents))),
        Cell(span(each.paged) if each.incidents else "-"),
        Cell(str(each.tickets)),
        Cell(f"{_day(worst.start)} ({_share(worst.used)})" if worst else "-"),
        Cell(percent(each.previous_value, digits)),
        Cell(_change(each, digits)),
    )


def _name(each: Kept) -> str:
    inside = ", ".join(f"{name}={value}" for name, value in {**each.place, **each.group}.items())
    return f"{each.slo_id} {{{inside}}}" if inside else each.slo_id


def _share(used: float | None) -> str:
    """A share of a budget, rounded up: none looks cheaper than it was."""
    return "-" if used is None or not isfinite(used) else f"{-(-round(used * 100, 6) // 1):.0f} %"


def _change(each: Kept, digits: int) -> str:
    if each.value is None or each.previous_value is None:
        return "-"
    change = round((each.value - each.previous_value) * 100, digits)
    return f"{change:+.{digits}f}" if change else "0"


def _incident(each: Kept, incident: Incident) -> tuple[Cell, ...]:
    lasted = span(incident.end - incident.start) + ("" if incident.is_over else ", and goes on")
    bad = "-" if incident.bad is None else f"{incident.bad:,.0f}"
    when = datetime.fromtimestamp(incident.start, UTC).strftime("%Y-%m-%d %H:%M")
    when = f"before {when}" if incident.began_before else when
    cells = (_name(each), when, lasted, ", ".join(incident.tiers), bad, _share(incident.cost))
    return tuple(map(Cell, cells))


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%a %-d %b")


def _after(report: Report, mark: str) -> Iterator[str]:
    """What a person must know of the figures."""
    notes = [f"{_name(each)}: {note}" for each in report.kept for note in (*_gaps(each, report), *each.notes)]
    notes += [f"warning: {warning}" for warning in report.warnings]
    if notes:
        yield ""
    yield from (visible(mark + note) for note in notes)


def _gaps(each: Kept, report: Report) -> Iterator[str]:
    if 0 < each.known_days < report.period.days:
        yield f"data of {each.known_days} of {report.period.days} days"


def _json(report: Report) -> str:
    return json.dumps(as_data(report), indent=2, ensure_ascii=False, allow_nan=False)


def as_data(report: Report) -> dict[str, Any]:
    """The document that `--format json` prints; docs/live/report.md says what its fields mean."""
    period = report.period
    return {
        "kind": "Report",
        "time": rfc3339(report.at),
        "server": report.server,
        "period": {
            "name": period.name,
            "start": rfc3339(period.start),
            "end": rfc3339(period.end),
            "days": period.days,
            "is_over": period.is_over,
        },
        "slos": [_slo(each) for each in report.kept],
        "summary": {
            "slos": len(report.kept),
            "kept": sum(each.is_kept is True for each in report.kept),
            "missed": sum(each.is_kept is False for each in report.kept),
            "unknown": sum(each.is_kept is None for each in report.kept),
            "incidents": sum(len(each.incidents) for each in report.kept),
        },
        "warnings": list(report.warnings),
    }


def _slo(each: Kept) -> dict[str, Any]:
    worst = each.worst_day
    return {
        "id": each.slo_id,
        "place": dict(each.place),
        "group": dict(each.group),
        "owner": each.owner,
        "objective_percent": rounded(each.objective, 100),
        "is_kept": each.is_kept,
        "value_percent": rounded(each.value, 100),
        "budget_used_percent": rounded(each.used, 100),
        "outage_minutes": rounded(each.outage, 1 / 60),
        "known_days": each.known_days,
        "pages": len(each.incidents),
        "paged_minutes": rounded(each.paged, 1 / 60),
        "tickets": each.tickets,
        "worst_day": worst
        and {"start": rfc3339(worst.start), "budget_used_percent": rounded(worst.used, 100)},
        "previous": {
            "value_percent": rounded(each.previous_value, 100),
            "budget_used_percent": rounded(each.previous_used, 100),
        },
        "incidents": [_incident_data(incident) for incident in each.incidents],
        "notes": list(each.notes),
    }


def _incident_data(incident: Incident) -> Mapping[str, Any]:
    return {
        "start": rfc3339(incident.start),
        "end": rfc3339(incident.end),
        "is_over": incident.is_over,
        "began_before": incident.began_before,
        "tiers": list(incident.tiers),
        "bad_events": rounded(incident.bad),
        "budget_percent": rounded(incident.cost, 100),
    }


_FORMS: Final[Mapping[str, Callable[[Report], str]]] = {
    "markdown": _markdown,
    "html": _html,
    "json": _json,
}
FORMS: Final = ("text", *_FORMS)
