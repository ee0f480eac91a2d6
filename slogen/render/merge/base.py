"""A team's alertmanager.yml: whether it is one, and where slogen's blocks go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from slogen import foreignyaml
from slogen.conventions import RECEIVER_PREFIX
from slogen.diagnostics import Problem, Severity, Span, did_you_mean
from slogen.load.document import span_at
from slogen.load.syntax import syntax_problem
from slogen.render.merge.found import found_markers
from slogen.render.merge.layout import Path, documents, plain
from slogen.render.merge.markers import NotMergedError, hidden, no_line
from slogen.render.merge.twice import mappings, twice
from slogen.veil import veiled

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
    """A configuration in a file: the text of the file, its data, and where things stand in the text."""

    def __init__(self, path: str, text: str, document: int | None = None, place: Path = ()) -> None:
        """The configuration at a place of one of the documents; without `document` it is the whole file."""
        self.path, self.text, self.is_whole = path, text, document is None
        try:
            if document is None:
                self.root = yaml.compose(text, Loader=foreignyaml.Loader)
                self.data = foreignyaml.load(text)
            else:
                self.root = documents(path, text)[document]
                for number, step in enumerate(place):
                    self._once(self.value(*place[:number]), step)
                self.root = self.value(*place)
                self.data = plain(self.root) if self.root is not None else None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise NotMergedError(hidden(syntax_problem(path, text, error))) from None

    def problem(
        self, message: str, hint: str, node: yaml.Node | None = None, code: str = "merge-base"
    ) -> None:
        node = node or self.root
        start = node.start_mark.index if node is not None else 0
        end = node.end_mark.index if isinstance(node, yaml.ScalarNode) else start + 1
        span = no_line(span_at(self.path, self.text, start, end))
        raise NotMergedError(veiled(Problem(code, message, span, hint)))

    def check(self, *, may_have_ours: bool = False) -> None:
        """Whether it is a configuration of Alertmanager, without names of ours. Raises NotMergedError."""
        if not isinstance(self.data, dict):
            self.problem(
                "this is no configuration of Alertmanager", "it begins with `route:` and `receivers:`"
            )
        assert isinstance(self.root, yaml.MappingNode)
        for mapping in mappings(self.root):
            self._once(mapping)
        route, receivers = self.data.get("route"), self.data.get("receivers")
        if not isinstance(route, dict) or not isinstance(route.get("receiver"), str):
            hint = "Alertmanager needs one; Helm values have it in `alertmanager.config`"
            self.problem("there is no `route` with a `receiver`", hint, self.value("route"))
        assert isinstance(route, dict)
        if any(route.get(name) for name in ("match", "match_re", "matchers")):
            hint = "move the matchers into a route below it"
            self.problem(
                "the first route must take all alerts, and this one has matchers", hint, self.value("route")
            )
        if not isinstance(receivers, list) or not all(
            isinstance(each, dict) and isinstance(each.get("name"), str) for each in receivers
        ):
            self.problem(
                "`receivers` must be a list of receivers with names",
                "Alertmanager needs it",
                self.value("receivers"),
            )
        assert isinstance(receivers, list)
        names = [each["name"] for each in receivers]
        self._names(names, route)
        if not may_have_ours:
            self._ours(names)

    def _once(self, mapping: yaml.Node | None, name: str = "") -> None:
        """Whether a mapping has each key, or that of the name, once. Raises NotMergedError."""
        for first, key in twice(mapping, name):
            # Of the lines of a text within a file only the distance is known here.
            above = key.start_mark.line - first.start_mark.line
            where = f"{above} line{'s' if above > 1 else ''} above" if above else "on the same line"
            message = f"`{key.value}` is given twice; the first is {where}"
            self.problem(message, "keep one of them", key, "duplicate-key")

    def _names(self, names: list[str], route: Mapping[str, Any]) -> None:
        for number, name in enumerate(names):
            node = self.value("receivers", number, "name")
            if name in names[:number]:
                self.problem(f"the receiver `{name}` is there twice", "rename one", node)
        for used in _receivers(route):
            if used not in names:
                hint = did_you_mean(used, names) or "add it to `receivers`"
                self.problem(
                    f"a route goes to the receiver `{used}`, which is not there", hint, self.value("route")
                )

    def _ours(self, names: list[str]) -> None:
        for number, name in enumerate(names):
            if name.startswith(RECEIVER_PREFIX):
                node = self.value("receivers", number, "name")
                self.problem(_TAKEN.format(name), "rename the receiver", node, "merge-name")
        # To Alertmanager both lists are one.
        for field in ("time_intervals", "mute_time_intervals"):
            found = self.data.get(field)
            for number, each in enumerate(found if isinstance(found, list) else []):
                if isinstance(each, dict) and str(each.get("name")).startswith(RECEIVER_PREFIX):
                    here = self.value(field, number, "name")
                    self.problem(_TAKEN.format(each["name"]), "rename it", here, "merge-name")

    def span(self, node: yaml.Node) -> Span:
        """Where a node begins, without its line."""
        start = node.start_mark.index
        return no_line(span_at(self.path, self.text, start, start + 1))

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

    def misspelt(self) -> Iterator[Problem]:
        """A warning where a field looks like a known one. Others are newer than slogen."""
        for key, _ in self.root.value if isinstance(self.root, yaml.MappingNode) else ():
            if key.value not in _KNOWN and (hint := did_you_mean(str(key.value), _KNOWN)):
                message = f"slogen knows no `{key.value}` in a configuration of Alertmanager"
                yield veiled(Problem("merge-unknown", message, self.span(key), hint, Severity.WARNING))

    def behind_catch_all(self) -> Iterator[Problem]:
        """A warning where slogen's routes stood behind one that takes every alert: they got none."""
        marker = next(
            (m for m in found_markers(self.path, self.text) if m[1] == ">>>" and m[2] == "routes"), None
        )
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
                yield Problem("merge-catch-all", message, self.span(route), severity=Severity.WARNING)


def _has(node: yaml.Node | None) -> bool:
    return node is not None and bool(node.value)


def _receivers(route: Any) -> Iterator[str]:
    if isinstance(route, dict):
        if isinstance(route.get("receiver"), str):
            yield route["receiver"]
        for child in route.get("routes") or []:
            yield from _receivers(child)
