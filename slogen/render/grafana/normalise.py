"""From grafanalib's JSON to what Grafana 10 to 13 reads as meant.

What is not in these lists is dropped: keys of long gone versions (which make newer ones treat a panel as
Angular), defaults that limit (100 data points, twice the interval), and what is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

SCHEMA_VERSION: Final = 38  # Grafana 10.0; newer ones migrate from it
PLUGIN_VERSION: Final = "10.0.0"  # else panels are migrated from whatever is oldest
_BOARD: Final = (
    "uid",
    "title",
    "description",
    "tags",
    "timezone",
    "editable",
    "graphTooltip",
    "refresh",
    "time",
    "links",
)
_PANEL: Final = (
    "id",
    "type",
    "title",
    "description",
    "gridPos",
    "datasource",
    "targets",
    "options",
    "fieldConfig",
    "transformations",
    "timeFrom",
)
_ROW: Final = ("id", "type", "title", "gridPos", "collapsed")
_TARGET: Final = ("refId", "expr", "legendFormat", "format", "interval")  # the data source is the panel's
_VARIABLE: Final = (
    "name",
    "label",
    "type",
    "datasource",
    "regex",
    "includeAll",
    "multi",
    "allValue",
    "hide",
    "refresh",
)
_LINK: Final = ("title", "type", "tags", "asDropdown", "includeVars", "keepTime", "tooltip", "icon")
_OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("mode", "content"),
    "stat": (
        "colorMode",
        "graphMode",
        "justifyMode",
        "orientation",
        "reduceOptions",
        "text",
        "textMode",
        "wideLayout",
    ),
    "table": ("cellHeight", "showHeader", "sortBy"),
    "timeseries": ("tooltip",),
    "state-timeline": ("alignValue", "mergeValues", "rowHeight", "showValue", "tooltip"),
    "heatmap": ("calculate", "yAxis"),
}
_DEFAULTS: Final = (
    "color",
    "custom",
    "decimals",
    "links",
    "mappings",
    "max",
    "min",
    "noValue",
    "thresholds",
    "unit",
)
_CUSTOM: Final[Mapping[str, tuple[str, ...]]] = {
    "table": ("align", "cellOptions", "inspect", "filterable"),
    "timeseries": ("drawStyle", "fillOpacity", "scaleDistribution", "showPoints", "thresholdsStyle"),
    "state-timeline": ("fillOpacity", "lineWidth"),
}
_BUILT_IN: Final = {
    "builtIn": 1,
    "datasource": {"type": "grafana", "uid": "-- Grafana --"},
    "enable": True,
    "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)",
    "name": "Annotations & Alerts",
    "type": "dashboard",
}


def normalise(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The board as it ships."""
    board = _only(raw, _BOARD)
    board["links"] = [_link(_data(link)) for link in raw["links"]]
    return {
        **board,
        "schemaVersion": SCHEMA_VERSION,
        "templating": {"list": [_variable(_data(each)) for each in _data(raw["templating"])["list"]]},
        "annotations": {"list": [_BUILT_IN, *_data(raw["annotations"])["list"]]},
        "panels": [_row(panel) if panel["type"] == "row" else _panel(panel) for panel in _all(raw["panels"])],
    }


def _data(value: Any) -> Any:
    """An object of grafanalib as data; what is data already, as it is."""
    return value.to_json_data() if hasattr(value, "to_json_data") else value


def _all(values: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    return map(_data, values)


def _only(data: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: _data(data[key]) for key in keys if key in data and data[key] not in (None, "", [], ())}


def _row(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {**_only(raw, _ROW), "panels": [_panel(panel) for panel in _all(raw["panels"])]}


def _panel(raw: Mapping[str, Any]) -> dict[str, Any]:
    panel, kind = _only(raw, _PANEL), raw["type"]
    panel["options"] = _only(raw["options"], _OPTIONS[kind])
    if kind == "text":
        panel.pop("fieldConfig", None)
        return panel
    panel["pluginVersion"] = PLUGIN_VERSION
    panel["targets"] = [_target(target) for target in _all(raw["targets"])]
    panel["fieldConfig"] = _fields(raw["fieldConfig"], kind)
    return panel


def _fields(raw: Mapping[str, Any], kind: str) -> dict[str, Any]:
    defaults = _only(raw["defaults"], _DEFAULTS)
    if kind in _CUSTOM:
        defaults["custom"] = _only(raw["defaults"]["custom"], _CUSTOM[kind])
        if defaults["custom"].get("thresholdsStyle") == {"mode": "off"}:
            del defaults["custom"]["thresholdsStyle"]
    else:
        defaults.pop("custom", None)
    if defaults.get("color") == {"mode": "palette-classic"}:
        del defaults["color"]
    if not defaults["thresholds"]["steps"]:
        del defaults["thresholds"]
    return {"defaults": defaults, "overrides": raw["overrides"]}


def _target(raw: Mapping[str, Any]) -> dict[str, Any]:
    target = _only(raw, _TARGET)
    if target["format"] == "time_series":
        del target["format"]
    how = {"instant": True, "range": False} if raw["instant"] else {"range": True}
    return {**target, "editorMode": "code", **how}


def _variable(raw: Mapping[str, Any]) -> dict[str, Any]:
    variable = _only(raw, _VARIABLE)
    if raw["type"] == "datasource":
        return {**variable, "query": raw["query"], "current": {}, "hide": 0, "refresh": 1}
    if raw["type"] == "custom":
        return _custom(raw, variable)
    every = {"selected": True, "text": ["All"], "value": ["$__all"]}
    return {
        **variable,
        "definition": raw["query"],
        "query": {"query": raw["query"], "refId": "StandardVariableQuery"},
        "current": every if raw["includeAll"] else {},
        "skipUrlSync": raw["hide"] != 0,  # a bookmark must not keep another SLO's thresholds
        "sort": 1,
    }


def _custom(raw: Mapping[str, Any], variable: dict[str, Any]) -> dict[str, Any]:
    """A choice among given values, as Grafana keeps it."""
    pairs = [one.split(" : ") for one in raw["query"].split(",")]
    options = [{"text": t, "value": v, "selected": n == 0} for n, (t, v) in enumerate(pairs)]
    return {**variable, "query": raw["query"], "options": options, "current": options[0], "hide": 0}


def _link(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {**_only(raw, _LINK), "targetBlank": False, "url": raw.get("uri") or raw.get("url") or ""}
