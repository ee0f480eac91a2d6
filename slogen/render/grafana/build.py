"""Boards to grafanalib objects: the only module that imports grafanalib, and it takes 100 ms to do so.

grafanalib's own JSON is not fit to ship; `normalise` makes it so.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import grafanalib.core as G  # noqa: N812  (as its documentation writes it)

from slogen.emitted.panels import Board, Kind, Link, Mark, Panel, Row, Variable
from slogen.render.grafana.fields import defaults, organised, overrides

WIDTH: Final = 24
_NAME_SIZE: Final = 12  # pixels; of several values beside each other it would be too small to read
_DATASOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
_TOOLTIP: Final = {"mode": "multi", "sort": "desc"}
_LAST: Final = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_OPTIONS: Final[Mapping[Kind, Mapping[str, Any]]] = {
    Kind.TEXT: {"mode": "markdown"},
    Kind.STAT: {
        "colorMode": "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "reduceOptions": _LAST,
        "textMode": "auto",
        "wideLayout": True,
    },
    Kind.TABLE: {"cellHeight": "sm", "showHeader": True},
    Kind.LINES: {"tooltip": _TOOLTIP},
    Kind.STATES: {
        "alignValue": "left",
        "mergeValues": True,
        "rowHeight": 0.85,
        "showValue": "never",
        "tooltip": {"mode": "single", "sort": "none"},
    },
    Kind.HEATMAP: {"calculate": False, "yAxis": {"axisPlacement": "left", "reverse": False}},
}


class _Modern(G.Panel):  # type: ignore[misc]
    """A panel in the layout of today, for kinds that grafanalib writes as they were before Grafana 8."""

    def to_json_data(self) -> dict[str, Any]:
        """The base of every panel; its type comes with `extraJson`."""
        data: dict[str, Any] = self.panel_json({})
        return data


_CLASSES: Final[Mapping[Kind, Any]] = {
    Kind.TEXT: G.Text,
    Kind.STAT: G.Stat,
    Kind.TABLE: G.Table,
    Kind.LINES: G.TimeSeries,
    Kind.STATES: G.StateTimeline,
    Kind.HEATMAP: _Modern,
}


def build(board: Board) -> dict[str, Any]:
    """A board as grafanalib writes it: data that holds objects which have data of their own."""
    made = G.Dashboard(
        title=board.title,
        description=board.description,
        uid=board.uid,
        tags=list(board.tags),
        panels=_rows(board.rows),
        templating=G.Templating(list=[_variable(variable) for variable in board.variables]),
        annotations=G.Annotations(list=[_mark(mark) for mark in board.marks]),
        links=[_link(link) for link in board.links],
        time=G.Time(*_range(board.time)),
        timezone="utc" if board.utc else "browser",
        refresh=board.refresh,
        graphTooltip=1,
        editable=False,
    )
    data: dict[str, Any] = made.to_json_data()
    return data


def _range(text: str) -> tuple[str, str]:
    """From and to, as Grafana writes them."""
    begin, _, end = text.partition(" ")
    return (begin, end) if end else (f"now-{begin}", "now")


def _rows(rows: Iterable[Row]) -> list[Any]:
    """Rows one below the other; collapsed ones hold their panels."""
    out, used, y = [], set[int](), 0
    for row in rows:
        head = G.RowPanel(
            title=row.title,
            id=_identify(row.key, used),
            collapsed=row.collapsed,
            gridPos=G.GridPos(1, WIDTH, 0, y),
        )
        placed = list(_placed(row, y + 1, used))
        out.append(head)
        if row.collapsed:
            head.panels = [panel for panel, _ in placed]
            y += 1
        else:
            out += [panel for panel, _ in placed]
            y = max([y + 1, *(bottom for _, bottom in placed)])
    return out


def _placed(row: Row, top: int, used: set[int]) -> Iterator[tuple[Any, int]]:
    """The panels of a row from left to right, line by line, each with where it ends."""
    x = height = 0
    for panel in row.panels:
        if x + panel.width > WIDTH:
            top, x, height = top + height, 0, 0
        where = G.GridPos(panel.height, panel.width, x, top)
        yield _panel(panel, where, _identify(f"{row.key}/{panel.key}", used)), top + panel.height
        x, height = x + panel.width, max(height, panel.height)


def _identify(name: str, used: set[int]) -> int:
    """An id from a name, so that links to a panel outlive the panels around it."""
    number = zlib.crc32(name.encode()) % 1_000_000 + 1
    while number in used:
        number += 1
    used.add(number)
    return number


def _panel(panel: Panel, where: Any, number: int) -> Any:
    options = dict(_OPTIONS[panel.kind])
    extra: dict[str, Any] = {"type": panel.kind.value, "options": options}
    if panel.kind is Kind.TEXT:
        options["content"] = panel.text
    else:
        extra["fieldConfig"] = {"defaults": defaults(panel), "overrides": overrides(panel)}
    if panel.kind is Kind.HEATMAP and panel.unit:
        options["yAxis"] = {**options["yAxis"], "unit": panel.unit}
    if panel.sort:
        options["sortBy"] = [
            {"desc": title.startswith("-"), "displayName": title.removeprefix("-")} for title in panel.sort
        ]
    if panel.kind is Kind.STAT:
        options |= _stat(panel)
    if panel.kind is Kind.STATES and panel.named:
        options |= {"showValue": "auto", "mergeValues": False}
    return _CLASSES[panel.kind](
        title=panel.title,
        description=panel.description,
        id=number,
        gridPos=where,
        timeFrom=panel.own_time or None,
        transformations=organised(panel),
        extraJson=extra,
        **({} if panel.kind is Kind.TEXT else {"dataSource": _DATASOURCE, "targets": _targets(panel)}),
    )


def _stat(panel: Panel) -> dict[str, Any]:
    """What is written, how large, and what of it has the colour."""
    mode = "name" if panel.saying else "value_and_name" if panel.named else "auto"
    colour = "background_solid" if panel.filled else "value"
    text = {"text": {"titleSize": _NAME_SIZE}} if panel.named and len(panel.queries) > 1 else {}
    return {"textMode": mode, "colorMode": colour, **text}


def _targets(panel: Panel) -> list[Any]:
    forms = {Kind.TABLE: "table", Kind.HEATMAP: "heatmap"}
    return [
        G.Target(
            expr=query.expr,
            legendFormat=query.legend or "__auto",
            instant=query.instant,
            format=forms.get(panel.kind, "time_series"),
            refId=ref_id(number),
            interval=query.step,
        )
        for number, query in enumerate(panel.queries)
    ]


def ref_id(number: int) -> str:
    """The letter of a query."""
    return chr(ord("A") + number)


def _variable(variable: Variable) -> Any:
    if variable.name == "datasource":
        return G.Template(variable.name, variable.values, label=variable.label, type="datasource")
    if variable.options:
        return _chosen(variable)
    return G.Template(
        variable.name,
        variable.values,
        label=variable.label,
        dataSource=_DATASOURCE,
        regex=variable.regex or None,
        includeAll=variable.every,
        multi=variable.every,
        allValue=_all(variable) if variable.every and not variable.only_listed else None,
        default="All" if variable.every else None,
        hide=G.HIDE_VARIABLE if variable.hidden else 0,
        refresh=2,
    )


def _all(variable: Variable) -> str:
    """What All stands for, as a regular expression."""
    return ".+" if variable.is_needed else ".*"


def _chosen(variable: Variable) -> Any:
    """A choice among given values, of which the first is chosen at first."""
    listed = ",".join(f"{text} : {value}" for text, value in variable.options)
    first, _ = variable.options[0]
    return G.Template(variable.name, listed, label=variable.label, type="custom", default=first)


def _mark(mark: Mark) -> dict[str, Any]:
    common = {"enable": True, "hide": False, "iconColor": mark.colour, "name": mark.name}
    if mark.tags:
        target = {"limit": 100, "matchAny": False, "tags": list(mark.tags), "type": "tags"}
        return {**common, "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "target": target}
    asked = {"expr": mark.expr, "step": "60s", "titleFormat": mark.title, "textFormat": mark.text}
    return {**common, "datasource": _DATASOURCE, **asked}


def _link(link: Link) -> Any:
    return G.DashboardLink(
        title=link.title,
        uri=link.url,
        type="dashboards" if link.tag else "link",
        tags=[link.tag] if link.tag else [],
        asDropdown=bool(link.tag),
        includeVars=True,
        keepTime=link.keeps_time,
        tooltip=link.tooltip,
        icon="dashboard",
    )
