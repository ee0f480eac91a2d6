"""An SLO while it is moved: the fields it will have, and the foreign value that each comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from slogen.diagnostics import Problem, Severity
from slogen.moving.reading import Value

Path = tuple[str, ...]
_LINKS: Final = {"runbook_url": "runbook", "dashboard_url": "dashboard"}
# What a chart fills in before anybody else reads the document; `{{`…`}}` is how it spares a template.
_OF_CHARTS: Final = re.compile(
    r"\{\{-?\s*(`|(include|template|tpl)\b|\.(Values|Release|Chart|Files|Capabilities)\b)"
)
_RENDER: Final = "render it first (`helm template`), then import that"
_ADDRESS: Final = re.compile(r"https?://\S+")


@dataclass(slots=True)
class Draft:
    """`at` is the whole foreign SLO; `problems` are what is lost, changed or to be decided; `series` as in
    Moved."""

    at: Value
    fields: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, Value] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    series: dict[str, str] = field(default_factory=dict)

    def put(self, path: Iterable[str], data: Any, at: Value) -> None:
        """Set a field, which comes from `at`; what was there before is replaced."""
        *parents, last = path
        place = self.fields
        for name in parents:
            place = place.setdefault(name, {})
        place[last] = data
        self.places[*parents, last] = at

    def drop(self, path: Path) -> None:
        """Remove a field, and mappings around it that are empty then."""
        *parents, last = path
        chain = [self.fields]
        for name in parents:
            chain.append(chain[-1][name])
        del chain[-1][last]
        self.places.pop(path, None)
        for name, inside, around in zip(reversed(parents), chain[::-1], chain[-2::-1], strict=False):
            if not inside:
                del around[name]

    def origin(self, path: Path) -> Value:
        """The foreign value that a field, or what is around it, comes from."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, self.at)

    def tell(self, problems: Iterable[Problem]) -> None:
        """Add what is to be said of it."""
        self.problems += problems

    def label(self, name: str, value: Value) -> None:
        """Set a label of the SLO. `owner` is a field; `team` becomes the owner where nobody else is, and
        stays a label, as routes may ask for it."""
        text = value.text()
        if "{{" in text:
            message = f"`{name}` is the template `{text}`, which only its own tool fills in"
            self.tell([value.problem("import-decide-doubt", message, "write what comes out of it")])
        if not text:
            self.tell([_empty(value, name)])
        elif name == "owner":
            self.put(["owner"], text, value)
        else:
            is_owner = name == "team" and self.places.get(("owner",)) is self.places.get(("labels", "team"))
            self.put(["labels", name], text, value)
            if is_owner:
                self.put(["owner"], text, value)

    def notice(
        self, severity: str, labels: Mapping[str, Value], annotations: Mapping[str, Value] | None = None
    ) -> None:
        """Set labels and annotations of the alerts of a severity; the label `severity` is their word."""
        for name, value in labels.items():
            text = value.text()
            if not text:
                self.tell([_empty(value, name)])
            elif _OF_CHARTS.search(text):
                self.tell([_of_chart(value, name)])
            elif name == "severity":
                self.put(["alerting", severity, "severity"], text, value)
            else:
                self.put(["alerting", severity, "labels", name], text, value)
        for name, value in (annotations or {}).items():
            self.annotation(severity, name, value)

    def annotation(self, severity: str, name: str, value: Value) -> None:
        """Set an annotation; those that slogen writes itself, from links, become links."""
        text = value.text()
        if _OF_CHARTS.search(text):
            self.tell([_of_chart(value, name)])
            return
        link = _LINKS.get(name, "")
        if link and _ADDRESS.fullmatch(text) and self.fields.get("links", {}).get(link, text) == text:
            self.put(["links", link], text, value)
        else:
            self.put(["alerting", severity, "annotations", name], text, value)

    def alert_name(self, alert: str, value: Value) -> None:
        """Set the name of an alert."""
        text = value.text()
        if "{{" in text:
            self.tell([_of_chart(value, f"names.{alert}")])
        elif text:
            self.put(["alerting", "names", alert], text, value)

    def silence(self, at: Value, *, absent: bool) -> None:
        """Nothing of it alerts; data that is gone only where `absent`."""
        for severity in ("page", "ticket"):
            self.put(["alerting", severity, "enabled"], False, at)
        self.put(["alerting", "budget"], [], at)
        self.put(["alerting", "absent"], {"severity": "page"} if absent else False, at)


def _of_chart(value: Value, name: str) -> Problem:
    message = f"`{name}` is left out: `{value.text()}` is a template that is still to be filled in"
    return value.problem("import-lost-value", message, _RENDER)


def _empty(value: Value, name: str) -> Problem:
    message = f"the label `{name}` has no value, which is no label"
    return value.problem("import-lost-value", message, "nothing is to be done", Severity.INFO)
