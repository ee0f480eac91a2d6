"""How values look: units, colours, words for values, columns of tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from slogen.conventions import ID, SERVICE, SLO
from slogen.emitted.panels import ColourStep, Column, Kind, Panel, Query, Word

_NEUTRAL: Final = (ColourStep("text"),)
_DASHED: Final = {"dash": [10, 10], "fill": "dash"}
_LINE: Final = {"fillOpacity": 8, "showPoints": "never"}


def defaults(panel: Panel) -> dict[str, Any]:
    """What holds for every field of a panel."""
    data: dict[str, Any] = {
        "mappings": _mappings(panel.words),
        "noValue": panel.empty,
    }
    if not _is_drawn(panel):
        data["color"] = {"mode": "thresholds"}
    if panel.steps or not _is_drawn(panel):
        data["thresholds"] = thresholds(panel.steps or _NEUTRAL)
    if panel.unit:
        data["unit"] = panel.unit
    if panel.decimals is not None:
        data["decimals"] = panel.decimals
    for name, bound in (("min", panel.low), ("max", panel.high)):
        if bound is not None:
            data[name] = float(bound)
    if panel.link:
        data["links"] = [{"title": panel.title, "url": panel.link, "targetBlank": False}]
    custom = _custom(panel)
    return {**data, "custom": custom} if custom else data


def _is_drawn(panel: Panel) -> bool:
    """Whether colours tell series apart, not good from bad."""
    return panel.kind in (Kind.LINES, Kind.HEATMAP)


def _custom(panel: Panel) -> dict[str, Any]:
    if panel.kind is Kind.LINES:
        lines = {"thresholdsStyle": {"mode": "line"}} if panel.lines_at else {}
        bars = {"drawStyle": "bars", "fillOpacity": 80} if panel.bars else {}
        scale = {"scaleDistribution": {"type": "log", "log": 10}} if panel.logarithmic else {}
        return {**_LINE, **lines, **scale, **bars}
    if panel.kind is Kind.STATES:
        return {"fillOpacity": 80, "lineWidth": 0}
    if panel.kind is Kind.TABLE:
        return {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False, "filterable": True}
    return {}


def thresholds(steps: Iterable[ColourStep]) -> dict[str, Any]:
    """A scale of colours. The first step's value must be JSON's null, else everything has its colour."""
    listed = [{"color": s.colour, "value": None if s.above is None else float(s.above)} for s in steps]
    return {"mode": "absolute", "steps": listed}


def _mappings(words: Iterable[Word]) -> list[dict[str, Any]]:
    found = list[dict[str, Any]]()
    values: dict[str, Any] = {}
    for index, word in enumerate(words):
        result = {"text": word.text, "index": index, **({"color": word.colour} if word.colour else {})}
        if word.value == "":
            found.append({"type": "regex", "options": {"pattern": "https?://.*", "result": result}})
        else:
            values[str(word.value)] = result
    if values:
        found.append({"type": "value", "options": values})
    return found


def overrides(panel: Panel) -> list[dict[str, Any]]:
    """What holds for single fields: columns of a table, series of a query."""
    if panel.kind is Kind.TABLE:
        return [_override("byName", field_of(panel, column), _cell(column)) for column in panel.columns]
    found = []
    for number, query in enumerate(panel.queries):
        properties = dict(_series(panel, query))
        if properties:
            found.append(_override("byFrameRefID", chr(ord("A") + number), properties))
    return found


def _override(matcher: str, options: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    listed = [{"id": name, "value": value} for name, value in properties.items()]
    return {"matcher": {"id": matcher, "options": options}, "properties": listed}


def _series(panel: Panel, query: Query) -> Iterator[tuple[str, Any]]:
    if query.title:
        yield "displayName", query.title
    if query.colour and panel.kind is Kind.STAT:  # nothing to count is nothing to look at
        listed = [{"color": "text", "value": None}, {"color": query.colour, "value": 1.0}]
        yield "thresholds", {"mode": "absolute", "steps": listed}
    elif query.colour:
        yield "color", {"fixedColor": query.colour, "mode": "fixed"}
    if query.dashed:
        yield "custom.lineStyle", _DASHED
        yield "custom.fillOpacity", 0


def field_of(panel: Panel, column: Column) -> str:
    """The name of a column's field: a label, or the value of a query."""
    if isinstance(column.source, str):
        return column.source
    return "Value" if len(panel.queries) == 1 else f"Value #{chr(ord('A') + column.source)}"


def _cell(column: Column) -> dict[str, Any]:
    properties: dict[str, Any] = {"displayName": column.title}
    if column.unit:
        properties["unit"] = column.unit
    if column.decimals is not None:
        properties["decimals"] = column.decimals
    if column.width is not None:
        properties["custom.width"] = column.width
    if column.empty:
        properties["noValue"] = column.empty
    if column.words and not column.unit:
        properties["custom.align"] = "center"
    if column.words:
        properties["mappings"] = _mappings(column.words)
    if column.bar:
        properties |= {
            "custom.cellOptions": {"mode": "basic", "type": "gauge", "valueDisplayMode": "text"},
            "min": 0.0,
            "max": 1.0,
        }
    elif column.steps or any(word.colour for word in column.words):
        properties["custom.cellOptions"] = {"mode": "basic", "type": "color-background"}
    if column.hidden:
        properties["custom.hidden"] = True
    if column.steps:
        properties["thresholds"] = thresholds(column.steps)
    if column.link:
        properties["links"] = [
            {"title": column.title, "url": column.link, "targetBlank": column.link.startswith("${__value")}
        ]
    return properties


def organised(panel: Panel) -> list[dict[str, Any]]:
    """Join the answers of a table's queries, and bring the columns into order."""
    if panel.kind is not Kind.TABLE:
        return []
    shown = [field_of(panel, column) for column in panel.columns]
    values = [f"Value #{chr(ord('A') + number)}" for number in range(len(panel.queries))]
    hidden = [name for name in ("Time", "Value", *values, ID, SERVICE, SLO) if name not in shown]
    order = {name: index for index, name in enumerate(shown)}
    organise = {"excludeByName": dict.fromkeys(hidden, True), "indexByName": order, "renameByName": {}}
    if panel.most:  # of a time range: its rows are moments, and there is but one query
        sort = {"fields": {}, "sort": [{"desc": True, "field": "Value"}]}
        first = [{"id": "sortBy", "options": sort}, {"id": "limit", "options": {"limitField": panel.most}}]
    else:
        first = [{"id": "merge", "options": {}}]
    return [*first, {"id": "organize", "options": organise}]
