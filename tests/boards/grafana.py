"""What Grafana does with a board before a query leaves it: variables, and the panels inside rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from .history import NOW, WEEK

Data = dict[str, Any]
_VARIABLE = re.compile(r"\$(\w+)|\$\{([\w.]+)(?::(\w+))?\}")
GLOBALS = {"__range": "7d", "__range_s": f"{WEEK}", "__rate_interval": "2m", "__interval": "1m"}
GLOBALS |= {"__from": f"{(NOW - WEEK) * 1000}", "__to": f"{NOW * 1000}"}


def panels(board: Data) -> Iterator[Data]:
    """All panels, those inside collapsed rows too, without the rows."""
    for panel in board["panels"]:
        if panel["type"] == "row":
            yield from panel["panels"]
        else:
            yield panel


def queries(board: Data) -> Iterator[tuple[Data, Data]]:
    """Each panel with each of its targets."""
    for panel in panels(board):
        for target in panel.get("targets", ()):
            yield panel, target


def interpolate(text: str, values: Mapping[str, str]) -> str:
    """Replace variables as Grafana does; unknown ones stay."""

    def value(match: re.Match[str]) -> str:
        name, form = match[1] or match[2], match[3]
        if name not in values:
            return match[0]
        return quote(values[name], safe="") if form in ("percentencode", "queryparam") else values[name]

    return _VARIABLE.sub(value, text)


def _escaped(value: str) -> str:
    """A value inside a regular expression of PromQL, as Grafana's data source writes it."""
    return re.sub(r"[\\^$*+?.()|{}\[\]]", r"\\\\\g<0>", value)


def choose(board: Data, ask: Callable[[str, str], list[str]], **chosen: str) -> dict[str, str]:
    """The values of all variables: chosen ones, else All, else the first that the server lists.

    `ask` gets a selector and a label and returns the label's values; without a label, an expression's
    series as Grafana writes them.
    """
    values = dict(GLOBALS)
    for variable in board["templating"]["list"]:
        name = variable["name"]
        if variable["type"] == "datasource":
            values[name] = "prom"
        elif name in chosen:
            values[name] = chosen[name]
        elif variable["type"] == "custom":
            values[name] = variable["current"]["value"]
        elif "allValue" in variable:
            values[name] = variable["allValue"]
        else:
            listed = _listed(interpolate(variable["query"]["query"], values), variable.get("regex", ""), ask)
            if variable["includeAll"]:  # All stands for those that are listed
                values[name] = f"({'|'.join(map(_escaped, listed))})"
            else:
                values[name] = listed[0] if listed else ""
    return values


def _listed(query: str, regex: str, ask: Callable[[str, str], list[str]]) -> list[str]:
    if query.startswith("query_result("):
        found = ask(query.removeprefix("query_result(")[:-1], "")
        return [match[1] for text in found if (match := re.search(regex[1:-1], text))]
    match = re.fullmatch(r"label_values\((.*), (\w+)\)", query)
    assert match, query
    found = ask(match[1], match[2])
    if not regex:
        return found
    assert regex[0] == regex[-1] == "/"
    matches = [re.search(regex[1:-1], text) for text in found]
    return [match[1] for match in matches if match]
