"""A team's alertmanager.yml: whether it is one, and where slogen's blocks go."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

from slogen.conventions import RECEIVER_PREFIX
from slogen.diagnostics import Problem, Severity, did_you_mean
from slogen.load.document import span_at
from slogen.load.syntax import syntax_problem
from slogen.render.merge.markers import (
    BEGIN,
    END,
    MARKER,
    SECTIONS,
    NotMergedError,
    Sections,
    block,
    hidden,
    marked,
    no_line,
)
from slogen.render.yaml import dump

_KNOWN: Final = (
    "global",
    "route",
    "receivers",
    "templates",
    "inhibit_rules",
    "mute_time_intervals",
    "time_intervals",
    "tracing",
)
_TAKEN: Final = f"names with `{RECEIVER_PREFIX}` in front are slogen's; `{{}}` is not between its markers"


class Base:
    """A base file: its text, its data, and where things stand in it."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        try:
            self.root = yaml.compose(text, Loader=yaml.SafeLoader)
            self.data = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise NotMergedError(hidden(syntax_problem(path, text, error))) from None

    def _problem(
        self, message: str, hint: str, node: yaml.Node | None = None, code: str = "merge-base"
    ) -> None:
        node = node or self.root
        start = node.start_mark.index if node is not None else 0
        end = node.end_mark.index if isinstance(node, yaml.ScalarNode) else start + 1
        raise NotMergedError(Problem(code, message, no_line(span_at(self.path, self.text, start, end)), hint))

    def check(self) -> None:
        """Whether it is a configuration of Alertmanager without names of ours. Raises NotMergedError."""
        if not isinstance(self.data, dict):
            self._problem(
                "this is no configuration of Alertmanager", "it begins with `route:` and `receivers:`"
            )
        assert isinstance(self.root, yaml.MappingNode)
        for key, _ in self.root.value:
            if key.value not in _KNOWN:
                hint = did_you_mean(key.value, _KNOWN) or f"it knows {', '.join(_KNOWN)}"
                self._problem(f"Alertmanager knows no `{key.value}`", hint, key)
        route, receivers = self.data.get("route"), self.data.get("receivers")
        if not isinstance(route, dict) or not isinstance(route.get("receiver"), str):
            self._problem(
                "there is no `route` with a `receiver`", "Alertmanager needs one", self.value("route")
            )
        assert isinstance(route, dict)
        if any(route.get(name) for name in ("match", "match_re", "matchers")):
            hint = "move the matchers into a route below it"
            self._problem(
                "the first route must take all alerts, and this one has matchers", hint, self.value("route")
            )
        if not isinstance(receivers, list) or not all(
            isinstance(each, dict) and isinstance(each.get("name"), str) for each in receivers
        ):
            self._problem(
                "`receivers` must be a list of receivers with names",
                "Alertmanager needs it",
                self.value("receivers"),
            )
        assert isinstance(receivers, list)
        names = [each["name"] for each in receivers]
        self._names(names, route)

    def _names(self, names: list[str], route: Mapping[str, Any]) -> None:
        for number, name in enumerate(names):
            node = self.value("receivers", number, "name")
            if name in names[:number]:
                self._problem(f"the receiver `{name}` is there twice", "rename one", node)
            if name.startswith(RECEIVER_PREFIX):
                message = _TAKEN.format(name)
                self._problem(message, "rename the receiver", node, "merge-name")
        for used in _receivers(route):
            if used not in names:
                hint = did_you_mean(used, names) or "add it to `receivers`"
                self._problem(
                    f"a route goes to the receiver `{used}`, which is not there", hint, self.value("route")
                )
        intervals = self.data.get("time_intervals") or []
        for number, each in enumerate(intervals if isinstance(intervals, list) else []):
            if isinstance(each, dict) and str(each.get("name")).startswith(RECEIVER_PREFIX):
                message = _TAKEN.format(each["name"])
                self._problem(
                    message, "rename it", self.value("time_intervals", number, "name"), "merge-name"
                )

    def value(self, *path: str | int) -> yaml.Node | None:
        """The node at a path, or the nearest around it."""
        node: yaml.Node | None = self.root
        for step in path:
            found: yaml.Node | None = None
            if isinstance(node, yaml.MappingNode):
                found = next((value for key, value in node.value if key.value == step), None)
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                found = node.value[step]
            if found is None:
                return node
            node = found
        return node

    def behind_catch_all(self) -> Iterator[Problem]:
        """A warning where slogen's routes stood behind one that takes every alert: they got none."""
        marker = next((m for m in MARKER.finditer(self.text) if m[1] == ">>>" and m[2] == "routes"), None)
        routes = self.value("route", "routes")
        if marker is None or not isinstance(routes, yaml.SequenceNode):
            return
        for route in routes.value:
            fields = (
                {key.value: value for key, value in route.value}
                if isinstance(route, yaml.MappingNode)
                else {}
            )
            takes_all = not any(_has(fields.get(name)) for name in ("match", "match_re", "matchers"))
            goes_on = getattr(fields.get("continue"), "value", "false") == "true"
            if route.start_mark.index < marker.start() and takes_all and not goes_on:
                message = "slogen's routes stood behind this one, which takes every alert; now they are first"
                start = route.start_mark.index
                span = no_line(span_at(self.path, self.text, start, start + 1))
                yield Problem("merge-catch-all", message, span, severity=Severity.WARNING)

    def blocks(self, sections: Sections) -> Iterator[tuple[int, str]]:
        """Where in the text to put what."""
        for name in SECTIONS:
            if items := sections.get(name):
                holder = self.value("route") if name == "routes" else self.root
                assert isinstance(holder, yaml.MappingNode)
                yield self._block(name, items, holder)

    def _block(self, name: str, items: Sequence[Any], holder: yaml.MappingNode) -> tuple[int, str]:
        found = next(((key, value) for key, value in holder.value if key.value == name), None)
        if holder.flow_style:
            self._problem(
                f"`{name}` can't go into a mapping in braces", "write it with a line for each field", holder
            )
        if found is None:
            return self._new_list(name, items, holder)
        key, value = found
        if self._is_alias(key, value):
            self._problem(
                f"`{name}` is an alias, and what it stands for is used elsewhere", "write the list out", key
            )
        if isinstance(value, yaml.ScalarNode) and not value.value:
            return self._after(key), block(name, items, key.start_mark.column + 2)
        if not isinstance(value, yaml.SequenceNode):
            self._problem(f"`{name}` must be a list", "Alertmanager needs it", value)
        if value.flow_style:
            return self._in_brackets(name, items, key, value)
        return self._after(key), block(name, items, value.start_mark.column)

    def _new_list(self, name: str, items: Sequence[Any], holder: yaml.MappingNode) -> tuple[int, str]:
        """A list that the team doesn't have: in the route before its other fields, else at the end."""
        first = holder.value[0][0].start_mark
        text = dump({name: list(items)})
        if holder is not self.root:
            start = self.text.rfind("\n", 0, first.index) + 1
            if self.text[start : first.index].strip():
                self._problem(
                    "the route begins on the line of its key", "begin it on a line of its own", holder
                )
            return start, marked(name, text, first.column)
        end = min(holder.end_mark.index, len(self.text))
        lead = "" if self.text[:end].endswith("\n") else "\n"
        return end, lead + marked(name, text, first.column)

    def _in_brackets(
        self, name: str, items: Sequence[Any], key: yaml.Node, value: yaml.Node
    ) -> tuple[int, str]:
        pad = " " * (key.start_mark.column + 2)
        lines = [f"{json.dumps(item, ensure_ascii=False)}," for item in items]
        text = "".join(f"{pad}{line}\n" for line in (BEGIN.format(name), *lines, END.format(name)))
        place = self.text.index("[", value.start_mark.index) + 1
        return place, f"\n{text}{pad}"

    def _after(self, key: yaml.Node) -> int:
        """The beginning of the line after a key: comments above the first item stay with it."""
        end = self.text.find("\n", key.end_mark.index)
        return len(self.text) if end < 0 else end + 1

    def _is_alias(self, key: yaml.Node, value: yaml.Node) -> bool:
        after = self.text[key.end_mark.index :].lstrip(" \t:")
        return after.startswith("*") or not key.start_mark.index < value.start_mark.index


def _has(node: yaml.Node | None) -> bool:
    return node is not None and bool(node.value)


def _receivers(route: Any) -> Iterator[str]:
    if isinstance(route, dict):
        if isinstance(route.get("receiver"), str):
            yield route["receiver"]
        for child in route.get("routes") or []:
            yield from _receivers(child)
